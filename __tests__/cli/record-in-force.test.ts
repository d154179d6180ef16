import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../src/aws/failure.ts";
import { activation } from "../support/environments.ts";
import { STANDBY_BUCKET } from "../support/memory-aws.ts";
import { Stage } from "../support/recovery-stage.ts";

const REASON = ["--reason", "the primary region does not answer"];
const EXECUTE = ["--execute", "--confirm", "dr", ...REASON];
const KEY = "shop/dr/recovery/activation.json";

/** A pair whose standby serves, seen from a checkout to which nobody brought the record. */
async function servingWithoutRecord(): Promise<{ stage: Stage; record: ReturnType<Stage["record"]> }> {
  const stage = new Stage();
  expect((await stage.dr(["failover", ...EXECUTE])).exitCode).toBe(0);
  const record = stage.record();
  stage.loseRecord();
  return { stage, record };
}

describe("a checkout without the record of a standby that serves", () => {
  it("knows it for active, and advises nothing that would end the service", async () => {
    const { stage } = await servingWithoutRecord();
    const { output: status } = await stage.dr(["status"]);
    expect(status).toMatch(/posture +active/);
    const { exitCode, output } = await stage.dr(["readiness"]);
    expect(exitCode).toBe(1);
    expect(output).toContain("dr recovers prod: posture active");
    expect(output).toMatch(
      /fail +activation-record +dr\.activation\.json is missing here; in force is active/,
    );
    expect(output).toMatch(/pass +switch +on since /);
    expect(output).not.toContain("aws s3 rm");
    expect(output).toContain(`aws s3 cp --region eu-central-1 s3://${STANDBY_BUCKET}/${KEY}`);
  });

  it("has the record written again by whatever verb is executed first, and by no plan", async () => {
    const { stage, record } = await servingWithoutRecord();
    const { output } = await stage.dr(["failover"]);
    expect(output).toMatch(/^dr is active already, .*nothing to do\n.*is missing here, and dr is active/);
    expect(stage.record()).toBeUndefined();
    const again = await stage.dr(["failover", ...EXECUTE]);
    expect(again.output).toContain(`it is written again from s3://${STANDBY_BUCKET}/${KEY}: commit it`);
    expect(stage.record()).toEqual(record);
    expect(stage.applied).toHaveLength(3);
  });

  it("returns from there as from any other", async () => {
    const { stage } = await servingWithoutRecord();
    const { output } = await stage.dr(["failback"]);
    expect(output).toContain("h of writes, since 2026-03-10 12:");
    const { output: drill } = await stage.dr(["drill"]);
    expect(drill).toContain("dr is active: a drill copies a standby in peace");
  });
});

describe("a checkout with a record that is not in force any more", () => {
  it("is refused before anything is begun: it would take a pilot light for a standby that serves", async () => {
    const { stage, record } = await servingWithoutRecord();
    await stage.objects.questions("eu-central-1").remove(STANDBY_BUCKET, KEY);
    const file = join(stage.environments, "dr.activation.json");
    writeFileSync(file, JSON.stringify(record));
    for (const verb of ["failover", "failback", "rollback", "drill", "fence"]) {
      const { exitCode, errors } = await stage.dr([verb, ...EXECUTE]);
      expect([verb, exitCode, errors]).toEqual([
        verb,
        2,
        `${file}: is not the record that is in force, got active and hardened, while none is in force; bring the checkout up to date or remove the file; after a recovery by hand: aws s3 cp --region eu-central-1 ${file} s3://${STANDBY_BUCKET}/${KEY}`,
      ]);
    }
    expect(stage.applied).toHaveLength(3);
  });
});

/** What readiness advises, but for what settles which record is in force. */
const advice = (output: string): readonly string[] =>
  output
    .split("\n")
    .filter((line) => line.includes("-> ") && /cdktf deploy|serve-from-standby|dr -- fence/.test(line));

describe("a posture that is not certain", () => {
  const changes = activation("active");

  it("is judged by nobody: a stale record gives no advice that begins a second production", async () => {
    // In the folder only: the standby is a pilot light.
    const stage = new Stage({ changes });
    await stage.objects.questions("eu-central-1").remove(STANDBY_BUCKET, KEY);
    const { exitCode, output } = await stage.dr(["readiness"]);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/fail +activation-record/);
    for (const id of ["standby-state", "service", "switch", "load-balancer", "primary-fence", "health-check"])
      expect(output).toMatch(new RegExp(`unknown +${id} +not judged: dr.activation.json is not the record`));
    expect(advice(output)).toEqual([]);
    const status = await stage.dr(["status"]);
    expect([status.exitCode, status.output]).toEqual([
      1,
      expect.stringContaining("posture: dr.activation.json is not the record that is in force"),
    ]);
  });

  it("is judged by nobody while the record in force can't be read", async () => {
    const { stage } = await servingWithoutRecord();
    const questions = stage.objects.questions("eu-central-1");
    const read: typeof questions.read = async (bucket, key) => {
      if (key === KEY) throw new AwsFailure("denied", "s3:GetObject", "eu-central-1", "AccessDenied");
      return questions.read(bucket, key);
    };
    const { output } = await stage.dr(["readiness"], { answers: { standby: { read } } });
    expect(output).toMatch(/unknown +switch +not judged: the record in force can't be read: s3:GetObject/);
    expect(advice(output)).toEqual([]);
    const begun = await stage.dr(["failover", ...EXECUTE], { answers: { standby: { read } } });
    expect([begun.exitCode, stage.applied.length]).toEqual([1, 3]);
    expect(begun.output).toContain("# allow s3:GetObject in eu-central-1 to this caller");
  });

  it("is not certain in the middle of a failover: the advice is to go on with it", async () => {
    const stage = new Stage();
    await stage.dr(["failover", ...EXECUTE], { answers: { standby: { targets: async () => [] } } });
    const { output } = await stage.dr(["readiness", "--only", "standby-state,service"]);
    expect(output).toMatch(/unknown +service +not judged: failover, run \S+, has not ended/);
    expect(output).toContain("-> npm run dr -- failover --environment dr --execute");
    expect(advice(output)).toEqual([]);
    const { output: failback } = await stage.dr(["failback"]);
    expect(failback).toMatch(/^failover, run \S+, has not ended: npm run dr -- failover goes on with it/);
  });

  it("is refused with a remedy where something else lies in the record's place, and keeps no run from going on", async () => {
    const stage = new Stage({ changes });
    stage.objects.put(STANDBY_BUCKET, { [KEY]: '{"posture":"act' });
    const { output } = await stage.dr(["readiness", "--only", "activation-record"]);
    expect(output).toMatch(
      /fail +activation-record +s3:\S+ is no activation record, got "\{\\"posture\\":\\"act"\n/,
    );
    const { exitCode, errors } = await stage.dr(["failback", ...EXECUTE]);
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/is no activation record, got .*; put it right: aws s3 cp --region eu-central-1 /);
    const other = new Stage();
    await other.dr(["failover", ...EXECUTE], { answers: { standby: { targets: async () => [] } } });
    other.objects.put(STANDBY_BUCKET, { [KEY]: "" });
    expect((await other.dr(["failover", ...EXECUTE])).exitCode).toBe(0);
  });

  it("writes no record before it was confirmed", async () => {
    const { stage } = await servingWithoutRecord();
    const wrong = await stage.dr(["failback", "--execute", "--confirm", "prod", ...REASON], {
      answers: { primary: {} },
    });
    expect([wrong.exitCode, stage.record()]).toEqual([2, undefined]);
    expect((await stage.dr(["drill", ...EXECUTE])).exitCode).toBe(1);
    expect(stage.record()).toBeUndefined();
  });
});

describe("a reason", () => {
  it("is asked for, and what begins without one is refused", async () => {
    const args = ["failover", "--execute", "--confirm", "dr"];
    const nobody = await new Stage().dr(args);
    expect([nobody.exitCode, nobody.errors]).toEqual([
      2,
      "--reason: says nothing, got nothing, and there is no terminal to ask at; nothing was changed; write the reason after --reason, in quotes, in at least 10 characters",
    ]);
    const terse = await new Stage({ types: "dr" }).dr(args);
    expect(terse.errors).toContain('got "dr"; nothing was changed');
    const stage = new Stage({ types: "the region does not answer" });
    expect((await stage.dr(args)).exitCode).toBe(0);
    expect(stage.record()?.reason).toBe("the region does not answer");
  });

  it("is not asked for again by who resumes", async () => {
    const stage = new Stage();
    const failing = { apply: () => Promise.reject(new Error("no")) };
    expect((await stage.dr(["failover", ...EXECUTE], failing)).exitCode).toBe(1);
    expect((await stage.dr(["failover", "--execute", "--confirm", "dr"])).exitCode).toBe(0);
    expect(stage.record()?.reason).toBe(REASON[1]);
  });
});

describe("--run", () => {
  it("is refused when there is no such run, also for a plan", async () => {
    const { exitCode, errors } = await new Stage().dr(["failover", "--run", "20200101T000000Z-none"]);
    expect([exitCode, errors]).toEqual([
      2,
      "--run: no such run, got 20200101T000000Z-none; npm run dr -- status shows them",
    ]);
  });
});
