import { describe, expect, it } from "vitest";
import PROJECT from "../../environments/project.ts";
import { identifierOf } from "../../src/database/source.ts";
import { namesOf } from "../../src/naming/names.ts";
import { activation } from "../support/environments.ts";
import { ago, HOUR_MS, point, STANDBY_BUCKET } from "../support/memory-aws.ts";
import { MemoryService } from "../support/memory-service.ts";
import { Stage, type StageSettings } from "../support/recovery-stage.ts";
import { bothRegions } from "../support/stage-answers.ts";

const confirmed = (...args: readonly string[]): string[] => [
  ...args,
  "--execute",
  "--confirm",
  "dr",
  "--reason",
  "the primary region does not answer",
];

/** All that the bucket's journals say. */
const journals = async (stage: Stage): Promise<string> => {
  const { list } = stage.objects.questions("eu-central-1");
  const keys = await list(STANDBY_BUCKET, "shop/dr/recovery/runs/");
  return keys.map((key) => stage.objects.text(STANDBY_BUCKET, key) ?? "").join("\n");
};

describe("a run that is resumed without an option that it was given", () => {
  it("goes on with the database that was given up by its name", async () => {
    const stage = new Stage();
    const both = bothRegions(
      new MemoryService({ prefix: "shop-prod" }),
      new MemoryService({ prefix: "shop-dr" }),
    );
    const newer = { ...point, arn: `${point.arn}-newer`, createdAt: ago(HOUR_MS) };
    const withNewer: StageSettings = {
      answers: {
        ...both.answers,
        standby: { ...both.answers?.standby, recoveryPoints: async () => [newer] },
      },
    };
    await stage.dr(confirmed("failover"), both);
    await stage.dr(confirmed("rollback"), both);
    const names = namesOf({ ...PROJECT, breakGlassRole: "" }, "dr", "eu-central-1");
    const held = identifierOf(names, stage.record()?.recoveryPoint);
    const apply = async (): Promise<never> => {
      throw new Error("no");
    };
    const first = await stage.dr(confirmed("failover", "--replace-database", held), { ...withNewer, apply });
    expect(first.exitCode).toBe(1);
    const { exitCode } = await stage.dr(confirmed("failover"), withNewer);
    expect([exitCode, stage.record()?.recoveryPoint]).toMatchObject([0, { snapshotArn: newer.arn }]);
  });

  it("is refused where a comparison was wanted, which no journal holds", async () => {
    const stage = new Stage({ changes: activation("active") });
    const command = "psql postgres://kim:secret@db/shop -c select";
    const despite = ["--despite", "the test wants it begun"];
    const first = await stage.dr(confirmed("failback", "--compare-command", command, ...despite));
    expect(first.exitCode).toBe(1);
    expect(await journals(stage)).toContain('"compareCommand":true');
    expect(await journals(stage)).not.toContain("secret");
    const { exitCode, errors } = await stage.dr(confirmed("failback"));
    expect(exitCode).toBe(2);
    expect(errors).toMatch(
      /^--compare-command: is missing: run \S+ was begun with one, which no journal holds; give it again, or --compare-command true to compare nothing$/,
    );
    const again = await stage.dr(confirmed("failback", "--compare-command", "true", ...despite));
    expect(again.errors).not.toContain("is missing");
  });
});
