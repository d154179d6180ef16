import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planStack, stackDirectory } from "../../../sandbox/terraform/project.ts";
import type { RunResult } from "../../../sandbox/process/run.ts";
import { PRIMARY, RecoveredPair, STANDBY } from "../support/recovered-pair.ts";
import { probe } from "../support.ts";

const capabilities = await probe();

const EXECUTE = [
  "failover",
  "--execute",
  "--confirm",
  "dr",
  "--reason",
  "the primary region does not answer",
];
const STEPS = [
  "declare",
  "choose-recovery-point",
  "restore-database",
  "scale-compute",
  "await-healthy",
  "open-ingress",
  "cut-over",
];

/** One run, killed at every one of these moments in turn, and taken up again each time. */
describe.skipIf(!capabilities.isReady)("a failover that is killed again and again", () => {
  let pair: RecoveredPair;
  let whole = "";

  beforeAll(async () => {
    pair = await RecoveredPair.create(capabilities);
    await pair.sandbox.client.setFaults({
      regionsDown: [PRIMARY, "us-east-1"],
      globalControlPlanesDown: true,
    });
    await pair.sandbox.client.clearCalls();
  }, 900_000);
  afterAll(() => pair?.remove());

  /** SIGKILL to the command as soon as it says so; Terraform goes on, unless it is to die as well. */
  async function killAt(said: RegExp, withTerraform = false): Promise<RunResult> {
    let group: number | undefined;
    let isOver = false;
    const result = await pair.dr(EXECUTE, {
      onStart: (started) => {
        group = started;
      },
      onLine: (line) => {
        if (isOver || group === undefined || !said.test(line)) return;
        isOver = true;
        process.kill(-group, "SIGKILL");
      },
    });
    whole += result.stdout;
    expect(isOver, `nothing said ${said.source}:\n${result.stdout}${result.stderr}`).toBe(true);
    if (withTerraform) {
      const file = join(stackDirectory(pair.deployment.project, "dr"), "recovery-terraform.pid");
      process.kill(-Number(await readFile(file, "utf8")), "SIGKILL");
    }
    return result;
  }

  it("after a step is done, before the next", async () => {
    for (const id of STEPS.slice(0, 2)) await killAt(new RegExp(`\\d\\] ${id}: done in`));
    expect(await pair.objects("lock.json")).toHaveLength(1);
  });

  it("with its Terraform, in the middle of the restore: the database is adopted", async () => {
    await killAt(/at work: .*aws_db_instance\.database_instance \(create\)/, true);
    expect(await pair.objects(".tflock")).toHaveLength(1);
  });

  it("alone, in the middle of the next apply: Terraform goes on, and is waited for", async () => {
    await killAt(/at work: /);
    await killAt(/\d\] restore-database: done in/);
    expect(whole).toMatch(/Terraform of an earlier attempt \(process \d+\) still works on dr/);
  });

  it("after each step that waits, and in the middle of the second apply", async () => {
    await killAt(/\d\] scale-compute: done in/);
    await killAt(/\d\] await-healthy: done in/);
    await killAt(/the guard lets \d+ changes? of dr through/);
    await killAt(/at work: /);
    await killAt(/\d\] open-ingress: done in/);
    await killAt(/the switch is on; users follow/);
    await killAt(/\d\] cut-over: done in/);
    expect(await pair.objects("lock.json")).toHaveLength(1);
  });

  it("ends as one that was left alone: no step twice, one database, no lock", async () => {
    const { exitCode, stdout } = await pair.dr(EXECUTE);
    whole += stdout;
    expect(exitCode).toBe(0);
    for (const id of [...STEPS, "validate"]) {
      const done = whole.match(new RegExp(`\\d\\] ${id}: done in`, "g")) ?? [];
      expect(done, id).toHaveLength(1);
    }
    expect(await pair.databases(STANDBY)).toEqual([expect.stringMatching(/^shop-dr-database-[0-9a-f]{8}$/)]);
    const restores = await pair.sandbox.client.calls({ action: "RestoreDBInstanceFromDBSnapshot" });
    expect(restores).toHaveLength(1);
    expect([await pair.objects("lock.json"), await pair.objects(".tflock")]).toEqual([[], []]);
    expect(await pair.record()).toMatchObject({ posture: "active" });
    // The switch bears the real time, which is a day behind: the run that found it on had nothing to wait for.
    await pair.sandbox.client.advance(300_000);
    expect(await pair.served()).toMatch(/shop-dr-alb/);
    const runs = (await pair.objects(".jsonl")).filter((key) => key.includes("/recovery/runs/"));
    expect(runs).toHaveLength(1);
    await pair.sandbox.client.clearFaults();
    expect(await planStack(pair.deployment.project, "dr")).toBe("empty");
  });
});
