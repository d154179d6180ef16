import { describe, expect, it } from "vitest";
import type { RegionalAws } from "../../../src/aws/port.ts";
import { find, line } from "../../support/inquiry.ts";
import { ACCOUNT, ago, type Answers, DAY_MS, HOUR_MS } from "../../support/memory-aws.ts";

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
          : { digest: digest("a"), tags: ["1.0.0"], pushedAt: undefined },
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

  /** The image that runs, with so many newer ones in front of it. */
  const pushed = (newer: number): Partial<RegionalAws> => ({
    image: async () => ({ digest: digest("a"), tags: ["1.0.0"], pushedAt: ago(DAY_MS) }),
    taggedImages: async () => [
      { digest: digest("c"), tags: ["0.9.0"], pushedAt: ago(2 * DAY_MS) },
      { digest: digest("a"), tags: ["1.0.0"], pushedAt: ago(DAY_MS) },
      ...Array.from({ length: newer }, (_, index) => ({
        digest: `sha256:${String(index).padStart(64, "0")}`,
        tags: [`2.${index}.0`],
        pushedAt: ago(HOUR_MS),
      })),
    ],
  });
  const running = runs(digest("a")).primary;

  it.each<[string, string, Answers]>([
    ["image", "pass", { standby: pushed(39) }],
    ["image", "warn", { standby: pushed(40) }],
    ["running-image", "pass", { primary: { ...running, ...pushed(39) }, standby: pushed(39) }],
    ["running-image", "warn", { primary: { ...running, ...pushed(40) }, standby: pushed(0) }],
    ["running-image", "warn", { primary: { ...running, ...pushed(0) }, standby: pushed(40) }],
  ])("%s: %s where the lifecycle policy keeps 50", async (id, status, answers) => {
    const finding = await find(id, answers);
    expect(finding.status).toBe(status);
    expect(finding.evidence.includes("40 of the 50 tagged images that shop-prod in eu-")).toBe(
      status === "warn",
    );
  });

  it.each(["image", "running-image"])("%s warns of an image without a tag, and gives it one", async (id) => {
    const bare = async () => ({ digest: digest("a"), tags: [], pushedAt: ago(DAY_MS) });
    const { status, evidence, remedy } = await find(id, {
      primary: { ...running, ...pushed(0) },
      standby: { image: bare },
    });
    expect(status).toBe("warn");
    expect(evidence).toBe(
      `${digest("a")} has no tag in shop-prod in eu-central-1, which deletes untagged images after 7 days`,
    );
    expect(remedy).toMatch(/^aws ecr put-image --region eu-central-1 .*--image-tag kept-a{12} /);
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
