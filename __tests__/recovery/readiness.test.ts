import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../src/aws/failure.ts";
import { CHECKS } from "../../src/recovery/checks/all.ts";
import type { Check } from "../../src/recovery/checks/check.ts";
import { checkReadiness } from "../../src/recovery/readiness.ts";
import { activation } from "../support/environments.ts";
import { inquire } from "../support/inquiry.ts";
import { healthyObjects, PRIMARY_BUCKET, silentRegion, STANDBY_BUCKET } from "../support/memory-aws.ts";

const TIMEOUT_MS = 500;

const check = (changes: Partial<Check>): Check => ({
  id: "probe",
  asks: "is it so",
  because: "it matters",
  remedy: "make it so",
  side: "standby",
  run: async () => ({ status: "pass", evidence: "it is" }),
  ...changes,
});

const of = (results: readonly { readonly id: string; readonly status: string }[], status: string): string[] =>
  results.filter((one) => one.status === status).map(({ id }) => id);

describe("readiness of a pair in which all is well", () => {
  it("passes every check that applies, and says why the others don't (T48)", async () => {
    const readiness = await checkReadiness(CHECKS, inquire(), TIMEOUT_MS);
    expect(readiness.results.filter(({ status }) => status !== "pass")).toEqual([]);
    expect(readiness).toMatchObject({ ready: true, status: "pass" });
    expect(readiness.notApplicable).toEqual([
      { id: "drift", reason: "takes minutes; ask for it with --drift" },
      { id: "automated-backups", reason: "the strategy is backup-copy" },
      {
        id: "cluster-state",
        reason: "the cluster of prod keeps no state that is copied to the standby",
      },
    ]);
  });

  it("asks only what the configuration has", async () => {
    const changes = {
      bootstrap: { stateReplication: undefined },
      prod: { database: { backup: undefined }, registry: { replication: undefined } },
      dr: { database: { recovery: undefined } },
      traffic: undefined,
    };
    const state = healthyObjects().text(STANDBY_BUCKET, "shop/dr/terraform.tfstate");
    const objects = healthyObjects().put(PRIMARY_BUCKET, { "shop/dr/terraform.tfstate": state });
    const readiness = await checkReadiness(CHECKS, inquire(changes, { objects }), TIMEOUT_MS);
    expect(readiness.notApplicable.map(({ id }) => id)).toEqual([
      "drift",
      "recovery-point",
      "recovery-point-key",
      "recovery-point-engine",
      "automated-backups",
      "cluster-state",
      "switch",
      "copy-jobs",
      "registry-replication",
      "state-replica",
      "health-check",
      "records",
    ]);
    expect(of(readiness.results, "warn")).toEqual(["standby-state", "last-drill"]);
  });

  it("asks an active standby about what it serves with, and no more about its restore", async () => {
    const readiness = await checkReadiness(CHECKS, inquire(activation("active")), TIMEOUT_MS);
    const ids = readiness.notApplicable.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(["recovery-point", "copy-jobs", "database-quota", "compute-quota"]),
    );
    expect(of(readiness.results, "fail")).toEqual([
      "standby-state",
      "service",
      "switch",
      "primary-fence",
      "health-check",
    ]);
  });
});

/** Each is asked the same where it applies. */
const NOT_OF_THIS_PAIR = new Set(["drift", "automated-backups", "cluster-state", "primary-fence"]);

describe("an AWS that does not answer", () => {
  it.each(CHECKS.filter(({ id }) => !NOT_OF_THIS_PAIR.has(id)))(
    "is unknown to $id, never an empty list (T47)",
    async (one) => {
      const refuse = async (): Promise<never> => {
        throw new AwsFailure("denied", "service:Question", "somewhere", "AccessDenied");
      };
      const inquiry = inquire(
        {},
        {
          standby: silentRegion("eu-central-1", "denied"),
          primary: silentRegion("eu-west-1", "denied"),
          dns: { failoverRecords: refuse, healthCheck: refuse, hostedZone: refuse },
        },
      );
      const { ready, results } = await checkReadiness([one], inquiry, TIMEOUT_MS);
      expect(results.map(({ status }) => status)).toEqual(["unknown"]);
      expect(results[0]?.evidence).toMatch(/denied|AccessDenied/);
      expect(results[0]?.remedy).toBeTruthy();
      expect(ready).toBe(false);
    },
  );

  it("leaves the rest to decide while the primary region is gone", async () => {
    const inquiry = inquire({}, { primary: silentRegion("eu-west-1", "unreachable") });
    const { ready, results } = await checkReadiness(CHECKS, inquiry, TIMEOUT_MS);
    expect(of(results, "unknown")).toEqual([
      "primary-state",
      "primary-database",
      "copy-jobs",
      "running-image",
      "registry-replication",
      "certificate-names",
      "state-replica",
      "primary-alarms",
    ]);
    expect(results.filter(({ decides }) => !decides).map(({ id }) => id)).toEqual(of(results, "unknown"));
    expect(ready).toBe(true);
  });

  it("decides when the primary answers that it may not be asked", async () => {
    const inquiry = inquire({}, { primary: silentRegion("eu-west-1", "denied") });
    const { ready, status } = await checkReadiness(CHECKS, inquiry, TIMEOUT_MS);
    expect([ready, status]).toEqual([false, "unknown"]);
  });

  it("decides when it is the standby's region", async () => {
    const inquiry = inquire({}, { standby: silentRegion("eu-central-1", "unreachable") });
    const { ready } = await checkReadiness(CHECKS, inquiry, TIMEOUT_MS);
    expect(ready).toBe(false);
  });

  it.each([
    ["denied", "# allow sts:GetCallerIdentity to whoever this is"],
    ["throttled", "# wait a minute\nnpm run dr -- readiness --only caller"],
    ["credentials", "# sign in again"],
    ["unreachable", "see whether eu-central-1 answers from here"],
  ] as const)("says what to do when it is %s", async (kind, remedy) => {
    const caller = async (): Promise<never> => {
      throw new AwsFailure(kind, "sts:GetCallerIdentity", "eu-central-1", "so it says");
    };
    const one = CHECKS.find(({ id }) => id === "caller");
    const { results } = await checkReadiness(
      one ? [one] : [],
      inquire({}, { standby: { caller } }),
      TIMEOUT_MS,
    );
    expect(results[0]?.evidence).toBe("sts:GetCallerIdentity in eu-central-1: so it says");
    expect(results[0]?.remedy).toContain(remedy);
  });
});

describe("the runner", () => {
  it("gives each check its time and no more, and runs them all at once", async () => {
    const never = (id: string): Check => check({ id, run: () => new Promise(() => undefined) });
    const startedAt = performance.now();
    const checks = [never("first"), check({ id: "second" }), never("third")];
    const { results, ready } = await checkReadiness(checks, inquire(), 100);
    expect(performance.now() - startedAt).toBeLessThan(190);
    expect(results.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "first unknown",
      "second pass",
      "third unknown",
    ]);
    expect(results[0]?.evidence).toBe("no answer within 0.1 s");
    expect(ready).toBe(false);
  });

  it("waits longer for a check that needs it", async () => {
    const slow = check({
      patienceMs: 1000,
      run: () =>
        new Promise((resolve) => setTimeout(() => resolve({ status: "pass", evidence: "late" }), 60)),
    });
    const { status } = await checkReadiness([slow], inquire(), 10);
    expect(status).toBe("pass");
  });

  it("takes a check that breaks for unknown, and runs the others", async () => {
    const broken = check({
      id: "broken",
      run: async () => {
        throw new TypeError("nothing there");
      },
    });
    const { results, ready } = await checkReadiness([broken, check({})], inquire(), TIMEOUT_MS);
    expect(results.map(({ status, evidence }) => [status, evidence])).toEqual([
      ["unknown", "the check failed: nothing there"],
      ["pass", "it is"],
    ]);
    expect(ready).toBe(false);
  });

  it("is not ready when nothing was asked", async () => {
    const { ready } = await checkReadiness(
      [check({ inapplicable: () => "not here" })],
      inquire(),
      TIMEOUT_MS,
    );
    expect(ready).toBe(false);
  });

  it("lets a warning pass, and nothing worse", async () => {
    const saying = (status: "warn" | "fail" | "unknown"): Check =>
      check({ run: async () => ({ status, evidence: "so", remedy: "do" }) });
    const verdicts = await Promise.all(
      (["warn", "fail", "unknown"] as const).map((status) =>
        checkReadiness([check({}), saying(status)], inquire(), TIMEOUT_MS),
      ),
    );
    expect(verdicts.map(({ ready, status }) => [status, ready])).toEqual([
      ["warn", true],
      ["fail", false],
      ["unknown", false],
    ]);
  });

  it("has a name, a question, a reason and a remedy for every check, and each name once", () => {
    for (const { id, asks, because, remedy } of CHECKS) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const text of [asks, because, remedy]) expect(text).toMatch(/^\S.{8,}[^.?!\s]$/);
    }
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
  });
});
