import { describe, expect, it } from "vitest";
import { find, line } from "../../support/inquiry.ts";
import { ACCOUNT, type Answers } from "../../support/memory-aws.ts";

describe("images", () => {
  const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
  const runs = (...digests: readonly string[]): Answers => ({
    primary: {
      service: async () => ({
        status: "ACTIVE",
        desiredCount: digests.length,
        runningCount: digests.length,
        images: digests.map((one) => ({
          container: "app",
          image: "x.dkr.ecr.eu-west-1.amazonaws.com/shop-prod:1",
          digest: one,
        })),
      }),
      image: async () => undefined,
    },
    standby: {
      image: async (_repository, reference) =>
        "digest" in reference && reference.digest === digest("b")
          ? undefined
          : { digest: digest("a"), tags: [], pushedAt: undefined },
    },
  });

  it.each<[string, string, Answers]>([
    ["image", `pass: shop-prod:1.0.0 is ${digest("a")}, there since 2026-03-09 12:00Z`, {}],
    ["image", "fail: shop-prod:1.0.0 is not in eu-central-1", { standby: { image: async () => undefined } }],
    [
      "image",
      "fail: no repository shop-prod in eu-central-1",
      { standby: { image: async () => "no repository" } },
    ],
    ["running-image", `pass: ${digest("a")} is in eu-central-1`, runs(digest("a"), digest("a"))],
    [
      "running-image",
      `fail: ${digest("b")} runs in eu-west-1 and is not in eu-central-1`,
      runs(digest("a"), digest("b")),
    ],
    ["running-image", "warn: prod runs no task, and its repository lacks the configured image", runs()],
    [
      "running-image",
      "unknown: no service shop-prod-app in eu-west-1",
      { primary: { service: async () => undefined } },
    ],
  ])("%s %s", async (id, expected, answers) => {
    expect(line(await find(id, answers))).toBe(expected);
  });

  it("gives the back-fill command for the very digest, with a tag of its own: an untagged copy would expire (T57)", async () => {
    const { remedy } = await find("running-image", runs(digest("b")));
    expect(remedy?.split("\n").at(-1)).toBe(
      `skopeo copy --all --preserve-digests docker://${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/shop-prod@${digest("b")} docker://${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/shop-prod:backfill-${"b".repeat(12)}`,
    );
  });
});

describe("registry-replication", () => {
  const to = (region: string, prefixes: readonly string[], accountId = ACCOUNT): Answers => ({
    primary: { replicationRules: async () => [{ prefixes, destinations: [{ region, accountId }] }] },
  });

  it.each<[string, Answers]>([
    ["pass: shop-prod goes from eu-west-1 to eu-central-1", to("eu-central-1", [])],
    [
      "fail: no rule takes shop-prod to eu-central-1, got no rule at all",
      { primary: { replicationRules: async () => [] } },
    ],
    [
      "fail: no rule takes shop-prod to eu-central-1, got 1 with other regions or prefixes",
      to("eu-north-1", ["shop-prod"]),
    ],
    [
      "fail: no rule takes shop-prod to eu-central-1, got 1 with other regions or prefixes",
      to("eu-central-1", ["shop-dev"]),
    ],
    [
      "fail: no rule takes shop-prod to eu-central-1, got 1 with other regions or prefixes",
      to("eu-central-1", ["shop"], "999999999999"),
    ],
  ])("%s", async (expected, answers) => {
    expect(line(await find("registry-replication", answers))).toBe(expected);
  });
});
