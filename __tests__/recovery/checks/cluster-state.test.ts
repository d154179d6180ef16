import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../../src/aws/failure.ts";
import { CHECKS } from "../../../src/recovery/checks/all.ts";
import { checkReadiness } from "../../../src/recovery/readiness.ts";
import { REPLICATED, K3S } from "../../compute/k3s/environments.ts";
import { activation, merge } from "../../support/environments.ts";
import { find, inquire, line } from "../../support/inquiry.ts";
import { type Answers, NOW } from "../../support/memory-aws.ts";

const BUCKET = "shop-dr-k3s-111122223333-eu-central-1";
const TOKEN = "cluster/tokens/server/i-1";

const saved = (minutesAgo: number): string => {
  const stamp = new Date(NOW.getTime() - minutesAgo * 60_000).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `cluster/snapshots/${stamp}.i-1.shop-prod`;
};

/** The bucket of the standby with keys, the token among them or not. */
const holding = (...keys: readonly string[]): Answers => ({
  standby: {
    list: async (bucket, prefix) => (bucket === BUCKET ? keys.filter((key) => key.startsWith(prefix)) : []),
    head: async (bucket, key) =>
      bucket === BUCKET && keys.includes(key)
        ? { etag: "1", modifiedAt: NOW, sizeBytes: 64, replication: "replica" }
        : undefined,
  },
});

describe("the cluster's state in the standby's region", () => {
  it.each<[string, Answers]>([
    [
      "pass: newest is 45 min old (2026-03-10 11:15Z), saved every 1 h",
      holding(saved(200), saved(45), saved(105), TOKEN),
    ],
    ["warn: newest is 2 h old (2026-03-10 10:00Z), saved every 1 h", holding(saved(120), TOKEN)],
    [
      `fail: newest is 45 min old (2026-03-10 11:15Z), saved every 1 h; ${TOKEN} has not arrived, and nothing opens it without`,
      holding(saved(45)),
    ],
    [`fail: no state of the cluster in ${BUCKET}`, holding(TOKEN, "cluster/snapshots/something-else")],
  ])("%s", async (expected, answers) => {
    expect(line(await find("cluster-state", answers, REPLICATED))).toBe(expected);
  });

  it("is unknown when nobody answers, never missing (T47)", async () => {
    const check = CHECKS.filter(({ id }) => id === "cluster-state");
    const denied = async () => {
      throw new AwsFailure("denied", "s3:ListBucket", "eu-central-1", "AccessDenied");
    };
    const { results } = await checkReadiness(check, inquire(REPLICATED, { standby: { list: denied } }), 1000);
    expect(results).toMatchObject([{ status: "unknown" }]);
  });

  it("is not asked for where nothing is copied, or the standby runs its own", () => {
    const check = CHECKS.find(({ id }) => id === "cluster-state");
    const reason = (changes: object) => {
      const inquiry = inquire(merge(changes, {}));
      return check?.inapplicable?.(inquiry.subject, inquiry);
    };
    expect(reason(K3S)).toBe("the cluster of prod keeps no state that is copied to the standby");
    expect(reason({})).toBe("the cluster of prod keeps no state that is copied to the standby");
    expect(reason(merge(REPLICATED, activation("active")))).toBe("dr runs its own cluster");
  });
});
