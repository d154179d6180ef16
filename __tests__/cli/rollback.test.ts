import { beforeEach, describe, expect, it } from "vitest";
import PROJECT from "../../environments/project.ts";
import { identifierOf } from "../../src/database/source.ts";
import { namesOf } from "../../src/naming/names.ts";
import { STANDBY_BUCKET, SWITCH_BUCKET } from "../support/memory-aws.ts";
import { MemoryService } from "../support/memory-service.ts";
import { Stage, type StageSettings } from "../support/recovery-stage.ts";
import { shellWords } from "../support/pasted.ts";
import { activation } from "../support/environments.ts";
import { bothRegions, refuses, watched } from "../support/stage-answers.ts";

const FAILOVER = [
  "failover",
  "--execute",
  "--confirm",
  "dr",
  "--reason",
  "the primary region does not answer",
];
const ROLLBACK = ["rollback", "--execute", "--confirm", "dr", "--reason", "it was a false alarm after all"];
const SWITCH = "serve-from-standby";

let stage: Stage;
let primary: MemoryService;
let standby: MemoryService;
let both: StageSettings;
beforeEach(() => {
  stage = new Stage();
  primary = new MemoryService({ prefix: "shop-prod" });
  standby = new MemoryService({ prefix: "shop-dr" });
  both = bothRegions(primary, standby);
});

/** Identifier of the database that the first apply restored. */
const restored = (): string => stage.applied[0]?.split(" ")[1] ?? "nothing";

describe("rollback", () => {
  it("has nothing to take back in peace", async () => {
    const { exitCode, output } = await stage.dr(ROLLBACK, both);
    expect([exitCode, output]).toEqual([0, "dr is in pilot light: nothing to take back"]);
  });

  it("waits for users also where the switch is off: an attempt that was cut off may have just removed it", async () => {
    await stage.dr(FAILOVER, both);
    await stage.objects.questions("eu-central-1").remove(SWITCH_BUCKET, SWITCH);
    const before = stage.clock;
    const { exitCode, output } = await stage.dr(ROLLBACK, both);
    expect(exitCode).toBe(0);
    expect(output).toContain("the switch is off; users follow within 150 s");
    expect(stage.clock - before).toBeGreaterThanOrEqual(150_000);
  });

  it("lets the primary run before users come back, closes the standby, and keeps its database", async () => {
    await stage.dr(FAILOVER, both);
    expect([primary.count, primary.groupIds]).toEqual([0, ["sg-default"]]);
    const { exitCode, output } = await stage.dr(ROLLBACK, both);
    expect(exitCode).toBe(0);
    expect([primary.count, primary.groupIds]).toEqual([3, ["sg-alb"]]);
    expect(stage.objects.text(SWITCH_BUCKET, SWITCH)).toBeUndefined();
    expect(stage.record()).toMatchObject({ posture: "restored", hardened: false });
    expect(stage.objects.text(STANDBY_BUCKET, "shop/dr/recovery/activation.json")).toContain('"restored"');
    expect(stage.applied.map((line) => line.split(" ")[0])).toEqual([
      "restored",
      "active",
      "hardened",
      "restored",
    ]);
    expect(new Set(stage.applied.map((line) => line.split(" ")[1])).size).toBe(1);
    expect(standby.changes).toContain("count 0");
    const order = [
      "start-behind-fence: done",
      "close-standby: done",
      "restore-primary: done",
      "traffic-back: done",
      "close-ingress: done",
      "stop-compute: done",
    ];
    expect(order.map((line) => output.indexOf(line))).toEqual(
      order.map((line) => output.indexOf(line)).toSorted((a, b) => a - b),
    );
    expect(output).toContain(
      `  ${restored()} stays, and costs; to delete it: npm run dr -- rollback --environment dr --delete-database ${restored()} --execute --reason "what it has is not needed"`,
    );
  });

  it("says beforehand what users have written that the primary does not have", async () => {
    await stage.dr(FAILOVER, both);
    stage.clock += 7 * 3_600_000;
    const { output } = await stage.dr(["rollback"], both);
    expect(output).toContain(
      "  data lost:    7 h (420 min) of writes to dr, which prod does not have; npm run dr -- failback brings them along\n",
    );
    expect(output).toContain(
      "  ! the restored database stays, and costs, until --delete-database names it\n",
    );
  });

  it("deletes the database that is named, and no other", async () => {
    await stage.dr(FAILOVER, both);
    const refused = await stage.dr([...ROLLBACK, "--delete-database", "shop-dr-database"], both);
    expect([refused.exitCode, refused.errors]).toEqual([
      2,
      `--delete-database: is not the restored database, got shop-dr-database; give ${restored()}, or leave it out and keep it`,
    ]);
    expect(stage.applied).toHaveLength(3);
    const { exitCode, output } = await stage.dr([...ROLLBACK, "--delete-database", restored()], both);
    expect(exitCode).toBe(0);
    expect(stage.record()).toBeUndefined();
    // Also for everybody else: no checkout takes dr for one that is out of peace.
    expect(stage.objects.text(STANDBY_BUCKET, "shop/dr/recovery/activation.json")).toBeUndefined();
    expect(stage.applied.at(-1)).toBe("standby shop-dr-database");
    expect(output).toContain("commit that dr.activation.json is gone");
  });

  it("has at no moment both sides open, and closes the standby only once the primary runs", async () => {
    await stage.dr(FAILOVER, both);
    const seen: string[] = [];
    const look = (): void => {
      const open = [
        ...(primary.groupIds.includes("sg-alb") ? ["prod"] : []),
        ...(standby.groupIds.includes("sg-alb") && stage.record()?.posture === "active" ? ["dr"] : []),
      ];
      seen.push(`${open.join("+")}, ${primary.count} run in prod`);
    };
    const { exitCode } = await stage.dr(ROLLBACK, { ...watched(primary, standby, look), onDelay: look });
    look();
    expect(exitCode).toBe(0);
    expect([...new Set(seen)]).toEqual([
      "dr, 0 run in prod",
      "dr, 3 run in prod",
      ", 3 run in prod",
      "prod, 3 run in prod",
    ]);
    // The next failover finds the load balancer in its own group, which admits nobody.
    expect(standby.groupIds).toEqual(["sg-alb"]);
  });

  it("says what opens the standby again when the primary can't be opened, and that does", async () => {
    await stage.dr(FAILOVER, both);
    const shut = watched(primary, standby, () => undefined);
    const gone = {
      ...shut.answers?.primary,
      setLoadBalancerGroups: refuses("unreachable", "elb", "no answer"),
    };
    const answers = { ...shut.answers, primary: gone };
    const { exitCode, output } = await stage.dr(ROLLBACK, { answers });
    expect([exitCode, standby.groupIds]).toEqual([1, ["sg-default"]]);
    expect(output).toContain("rollback failed at restore-primary: prod can't be reached");
    expect(output).toContain("state: nobody is served: dr is closed, and prod is not open yet");
    const stay = /to serve again: npm run dr -- (failback .*)/.exec(output)?.[1] ?? "";
    expect(stay).toContain("--stay");
    const again = await stage.dr(shellWords(stay), shut);
    expect([again.exitCode, standby.groupIds, primary.groupIds]).toEqual([0, ["sg-alb"], ["sg-default"]]);
  });

  it("names the rollback itself where the standby was never open, when the primary can't be opened", async () => {
    stage = new Stage({ changes: activation("restored") });
    primary.groupIds = ["sg-default"];
    const gone = {
      ...both.answers?.primary,
      setLoadBalancerGroups: refuses("unreachable", "elb", "no answer"),
    };
    const { exitCode, output } = await stage.dr(ROLLBACK, { answers: { ...both.answers, primary: gone } });
    expect([exitCode, output]).toEqual([1, expect.stringContaining("rollback failed at restore-primary")]);
    expect(output).not.toContain("failback --environment dr --stay");
    const again = /to serve again: npm run dr -- (rollback .*)/.exec(output)?.[1] ?? "";
    expect((await stage.dr(shellWords(again), both)).exitCode).toBe(0);
  });

  it("takes back a failover whose kept database was deleted by hand", async () => {
    await stage.dr(FAILOVER, both);
    await stage.dr(ROLLBACK, both);
    stage.databases.instances.delete(restored());
    const { exitCode, output } = await stage.dr(ROLLBACK, both);
    expect(`${exitCode}\n${exitCode === 0 ? "" : output}`).toBe("0\n");
    expect([stage.record(), stage.applied.at(-1)]).toEqual([undefined, "standby shop-dr-database"]);
  });

  it("leaves users where they are while the primary can't be reached", async () => {
    await stage.dr(FAILOVER, both);
    const { exitCode, output } = await stage.dr(ROLLBACK);
    expect(exitCode).toBe(1);
    expect(output).toContain("rollback failed at start-behind-fence: prod can't be reached: ");
    expect(output).toContain("  state: users stay where they are; dr goes on as it is\n");
    expect(stage.objects.text(SWITCH_BUCKET, SWITCH)).toBe("dr\n");
    expect(stage.record()?.posture).toBe("active");
  });

  it("ends a failover that had not come to its end, which then does not go on", async () => {
    const unhealthy = [{ id: "10.30.0.5", state: "unhealthy", reason: "Target.Timeout" }];
    const stuck = { ...both.answers, standby: { ...both.answers?.standby, targets: async () => unhealthy } };
    await stage.dr(FAILOVER, { answers: stuck });
    expect(stage.record()?.posture).toBe("restored");
    await stage.dr(ROLLBACK, both);
    expect(primary.count).toBe(3);
    const { output } = await stage.dr(["status"], both);
    expect(output).toMatch(/failover +abandoned/);
    const again = await stage.dr(["failover"], both);
    expect(again.output).not.toContain("resumes run");
  });

  it("goes back to pilot light where nothing was restored yet", async () => {
    const apply = async (): Promise<never> => {
      throw new Error("no");
    };
    await stage.dr(FAILOVER, { ...both, apply });
    expect(stage.record()?.posture).toBe("restored");
    const { exitCode, output } = await stage.dr(ROLLBACK, both);
    expect([exitCode, stage.record(), stage.applied]).toEqual([0, undefined, []]);
    expect(output).toContain("commit that dr.activation.json is gone");
    expect(output).not.toContain("--delete-database shop-dr");
  });

  it.each([
    ["names the database that a restore has left which died with its Terraform", false],
    ["does not take the database for such a one that an earlier return has kept", true],
  ])("%s", async (_, isKept) => {
    const apply = async (): Promise<never> => {
      throw new Error("no");
    };
    await stage.dr(FAILOVER, { ...both, apply });
    const { recoveryPoint } = stage.record() ?? {};
    const left = identifierOf(
      namesOf({ ...PROJECT, breakGlassRole: "" }, "dr", "eu-central-1"),
      recoveryPoint,
    );
    stage.databases.put(left, { protected: isKept });
    const { exitCode, output } = await stage.dr(ROLLBACK, both);
    expect(exitCode).toBe(0);
    expect(output).toContain("npx cdktf deploy dr sets back what is in no state");
    expect(output.includes(`; ${left} is left of it, and nothing manages it: delete it with`)).toBe(!isKept);
    expect(output.includes("delete-db-instance")).toBe(!isKept);
  });
});
