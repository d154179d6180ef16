import { describe, expect, it } from "vitest";
import type { Activation } from "../../../src/activation/schema.ts";
import type { AwsFailure } from "../../../src/aws/failure.ts";
import { CHECKS } from "../../../src/recovery/checks/all.ts";
import { checkReadiness } from "../../../src/recovery/readiness.ts";
import { activation, type Changes } from "../../support/environments.ts";
import { find, findBy, inquire, line } from "../../support/inquiry.ts";
import { type Answers, healthyObjects, silentRegion, STANDBY_BUCKET } from "../../support/memory-aws.ts";
import { MemoryService } from "../../support/memory-service.ts";

const KEY = "shop/dr/recovery/activation.json";
const inForce = (record: unknown): Answers => ({
  objects: healthyObjects().put(STANDBY_BUCKET, { [KEY]: record }),
});
const recordOf = (posture: Activation["posture"]): unknown => activation(posture)["dr.activation"];

describe("activation-record", () => {
  it.each<[string, Answers, Changes]>([
    ["pass: there is none: a pilot light", {}, {}],
    [
      "pass: dr.activation.json is in force: active, declared 2026-01-31T04:00:00Z",
      inForce(recordOf("active")),
      activation("active"),
    ],
    [
      "fail: dr.activation.json is missing here; in force is active, declared 2026-01-31T04:00:00Z",
      inForce(recordOf("active")),
      {},
    ],
    [
      "fail: dr.activation.json says restored, declared 2026-01-31T04:00:00Z; in force is active, declared 2026-01-31T04:00:00Z",
      inForce(recordOf("active")),
      activation("restored"),
    ],
  ])("%s", async (expected, answers, changes) => {
    expect(line(await find("activation-record", answers, changes))).toBe(expected);
  });

  it("never advises to apply or to close a standby that serves, but how to get its record", async () => {
    const { remedy } = await find("activation-record", inForce(recordOf("active")), {});
    expect(remedy).toBe(
      `aws s3 cp --region eu-central-1 s3://${STANDBY_BUCKET}/${KEY} environments/dr.activation.json\n# then commit it`,
    );
  });

  it("tells a stale checkout from a recovery that was done by hand", async () => {
    const inquiry = { ...inquire(activation("active")), recordInForce: async () => undefined };
    const { status, evidence, remedy } = await findBy("activation-record", inquiry);
    expect(`${status}: ${evidence}`).toBe(
      "fail: dr.activation.json says active, declared 2026-01-31T04:00:00Z, and no record is in force",
    );
    expect(remedy).toContain("# a checkout that is out of date: ");
    for (const part of remedy?.split("\n") ?? []) expect(part).toMatch(/^# /);
    expect(remedy).toContain(
      `aws s3 cp --region eu-central-1 environments/dr.activation.json s3://${STANDBY_BUCKET}/${KEY}`,
    );
  });

  it("does not take an object that is no record for none", async () => {
    const { status, evidence, remedy } = await find("activation-record", inForce('{"posture":"act'));
    expect([status, evidence]).toEqual(["fail", expect.stringContaining('is no activation record, got "{')]);
    // Whoever pastes it all neither puts back what is stale nor takes away what is in force.
    for (const part of remedy?.split("\n") ?? []) expect(part).toMatch(/^# /);
  });
});

describe("primary-fence", () => {
  const primaryBeing = (change: (service: MemoryService) => void): Answers => {
    const service = new MemoryService({ prefix: "shop-prod" });
    change(service);
    return { primary: service.questions() };
  };

  it.each<[string, Answers]>([
    [
      "pass: prod is closed, and nothing runs there",
      primaryBeing((service) => {
        service.count = 0;
        service.groupIds = ["sg-default"];
      }),
    ],
    ["fail: prod is open, and 3 of 3 tasks run there, while dr serves", primaryBeing(() => undefined)],
    [
      "fail: prod is closed, and 3 of 3 tasks run there, while dr serves",
      primaryBeing((service) => {
        service.groupIds = ["sg-default"];
      }),
    ],
    [
      "fail: prod is open, and nothing runs there, while dr serves",
      primaryBeing((service) => {
        service.count = 0;
      }),
    ],
  ])("%s", async (expected, answers) => {
    const finding = await find("primary-fence", answers, activation("active"));
    expect(line(finding)).toBe(expected);
    expect(finding.remedy?.startsWith("npm run dr -- fence --environment dr") ?? true).toBe(true);
  });

  it("does not judge what a return has begun to bring back", async () => {
    const at = "2026-03-10T10:00:00.000Z";
    const started = {
      event: "run-started",
      id: "f1",
      runId: "20260310T100000Z-failback",
      seq: 0,
      at,
      verb: "failback",
      environment: "dr",
      operator: "kim",
      host: "laptop",
      reason: "the region is back",
      declaredAt: at,
    };
    const objects = healthyObjects().put(STANDBY_BUCKET, {
      "shop/dr/recovery/runs/20260310T100000Z-failback.jsonl": `${JSON.stringify(started)}\n`,
    });
    const answers = { ...primaryBeing(() => undefined), objects };
    const checks = CHECKS.filter(({ id }) => id === "primary-fence");
    const { results } = await checkReadiness(checks, inquire(activation("active"), answers), 500);
    expect(results).toMatchObject([
      {
        status: "unknown",
        evidence: "not judged: failback, run 20260310T100000Z-failback, has not ended",
        remedy: "npm run dr -- failback --environment dr --execute",
      },
    ]);
  });

  it("is unknown, and does not decide, while the region does not answer; refused, it decides", async () => {
    const checks = CHECKS.filter(({ id }) => id === "primary-fence");
    const ask = (kind: AwsFailure["kind"]) =>
      checkReadiness(
        checks,
        inquire(activation("active"), { primary: silentRegion("eu-west-1", kind) }),
        500,
      );
    expect((await ask("unreachable")).results).toMatchObject([{ status: "unknown", decides: false }]);
    expect((await ask("denied")).results).toMatchObject([{ status: "unknown", decides: true }]);
  });
});
