import { describe, expect, it } from "vitest";
import { activation } from "../../support/environments.ts";
import { find, findBy, inquire, line } from "../../support/inquiry.ts";
import {
  ACCOUNT,
  ago,
  DAY_MS,
  healthyObjects,
  HOUR_MS,
  NOW,
  STANDBY_BUCKET,
  type Answers,
} from "../../support/memory-aws.ts";

const standbyObjects = (objects: Readonly<Record<string, unknown>>, modifiedAt = NOW): Answers => ({
  objects: healthyObjects().put(STANDBY_BUCKET, objects, modifiedAt),
});

const caller = (changes: object): Answers => ({
  standby: {
    caller: async () => ({
      accountId: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/operator/me`,
      awsTime: NOW,
      localTime: NOW,
      expiresAt: undefined,
      ...changes,
    }),
  },
});

describe("caller", () => {
  it.each<[string, Answers]>([
    [
      `fail: arn:aws:iam::999999999999:user/me belongs to 999999999999, the project to ${ACCOUNT}`,
      caller({ accountId: "999999999999", arn: "arn:aws:iam::999999999999:user/me" }),
    ],
    [
      `warn: arn:aws:iam::${ACCOUNT}:root is the root user, whom no policy restrains`,
      caller({ arn: `arn:aws:iam::${ACCOUNT}:root` }),
    ],
    [
      `warn: arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/me comes from IAM Identity Center, which lives in one region: no new session while that is gone`,
      caller({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/me` }),
    ],
    [
      `warn: arn:aws:sts::${ACCOUNT}:assumed-role/operator/me, credentials end at 2026-03-10 13:00Z, in 1 h; a recovery may take 4 h`,
      caller({ expiresAt: new Date(NOW.getTime() + HOUR_MS) }),
    ],
    [
      `pass: arn:aws:sts::${ACCOUNT}:assumed-role/operator/me, credentials end at 2026-03-11 00:00Z`,
      caller({ expiresAt: new Date(NOW.getTime() + 12 * HOUR_MS) }),
    ],
  ])("%s", async (expected, answers) => {
    expect(line(await find("caller", answers))).toBe(expected);
  });
});

describe("clock", () => {
  it.each<[string, number]>([
    ["pass: 2 s ahead of AWS", 2],
    ["warn: 45 s behind AWS", -45],
    ["fail: 400 s ahead of AWS", 400],
  ])("%s", async (expected, seconds) => {
    const answers = caller({ awsTime: new Date(NOW.getTime() - seconds * 1000) });
    expect(line(await find("clock", answers))).toBe(expected);
  });

  it("is unknown when AWS says no time", async () => {
    expect((await find("clock", caller({ awsTime: undefined }))).status).toBe("unknown");
  });
});

describe("what people have done", () => {
  const JOURNAL = "shop/dr/recovery/runs/r1.jsonl";
  const original = healthyObjects().text(STANDBY_BUCKET, JOURNAL) ?? "";
  const drilled = (journal: string): Answers => standbyObjects({ [JOURNAL]: journal });
  const emptied = async (): Promise<Answers> => {
    const objects = healthyObjects();
    await objects.questions("eu-central-1").remove(STANDBY_BUCKET, JOURNAL);
    return { objects };
  };
  const holder = {
    runId: "r2",
    verb: "failover",
    operator: "kim",
    host: "laptop",
    session: "s2",
    machine: "working-copy",
    pid: 4711,
    takenAt: ago(HOUR_MS).toISOString(),
    aliveAt: ago(HOUR_MS).toISOString(),
  };

  it.each<[string, string, Answers]>([
    ["last-drill", "pass: 2026-03-07 12:00Z, 3 days ago, RTO 2 h", {}],
    [
      "last-drill",
      "fail: the drill of 2026-03-07 12:00Z, 3 days ago is failed",
      drilled(original.replace('"outcome":"done"', '"outcome":"failed"')),
    ],
    [
      "last-drill",
      "fail: the drill of 2026-03-07 12:00Z, 3 days ago did not end",
      drilled(original.split("\n").slice(0, 3).join("\n") + "\n"),
    ],
    [
      "last-drill",
      "warn: the drill of 2026-03-07 12:00Z, 3 days ago missed its RTO: 14 h of 4 h",
      drilled(
        original.replace(
          `"declaredAt":"${ago(3 * DAY_MS).toISOString()}"`,
          `"declaredAt":"${ago(3 * DAY_MS + 12 * HOUR_MS).toISOString()}"`,
        ),
      ),
    ],
    [
      "last-drill",
      "warn: the last drill was 2025-11-10 12:00Z, 120 days ago, RTO 2 h; 90 days are the limit",
      drilled(original.replaceAll("2026-03-0", "2025-11-1").replaceAll("2025-11-17", "2025-11-10")),
    ],
    ["recovery-lock", "pass: free", {}],
    [
      "recovery-lock",
      "warn: kim on laptop holds it since 2026-03-10 11:00Z, 1 h, for failover",
      standbyObjects({ "shop/dr/recovery/lock.json": holder }),
    ],
  ])("%s %s", async (id, expected, answers) => {
    expect(line(await find(id, answers))).toBe(expected);
  });

  it("warns when nothing was ever drilled", async () => {
    expect(line(await find("last-drill", await emptied()))).toBe("warn: never drilled");
  });

  it("advises no drill while the standby serves, but one afterwards", async () => {
    const { remedy } = await find("last-drill", await emptied(), activation("active"));
    expect(remedy).toBe("# once dr is a pilot light again\nnpm run dr -- drill");
  });

  it("does not judge by a damaged journal", async () => {
    const found = await find("last-drill", drilled(original.replace('"seq":2', '"seq":"two"')));
    expect(found.status).toBe("unknown");
    expect(found.evidence).toContain("r1.jsonl is no whole journal, got line 3: seq: ");
    expect(found.remedy).toMatch(/^aws s3 mv --region eu-central-1 \S+r1\.jsonl \S+damaged\/r1\.jsonl$/m);
  });
});

describe("drift", () => {
  it.each<[string, readonly string[]]>([
    ["pass: the plan is empty", []],
    [
      "warn: the plan would change aws_lb.ingress_alb (update) and 1 more",
      ["aws_lb.ingress_alb (update)", "b"],
    ],
  ])("%s", async (expected, changes) => {
    const inquiry = { ...inquire(), drift: async () => ({ changes }) };
    expect(line(await findBy("drift", inquiry))).toBe(expected);
  });
});
