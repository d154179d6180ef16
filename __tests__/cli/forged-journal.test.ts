import { describe, expect, it } from "vitest";
import { STEP_IDS } from "../../src/objectives/steps.ts";
import { STAY_STEP_IDS } from "../../src/recovery/failback/step-ids.ts";
import type { RegionalAws } from "../../src/aws/port.ts";
import { activation } from "../support/environments.ts";
import { NOW, point, STANDBY_BUCKET } from "../support/memory-aws.ts";
import { MemoryService } from "../support/memory-service.ts";
import { Stage } from "../support/recovery-stage.ts";
import { bothRegions } from "../support/stage-answers.ts";

const confirmed = (...args: readonly string[]): string[] => [
  ...args,
  "--execute",
  "--confirm",
  "dr",
  "--reason",
  "the primary region does not answer",
];

/** A run that nobody has carried out, every step of which is done as its journal says. */
function forge(stage: Stage, verb: string, ids: readonly string[], hasPoint: boolean): void {
  const at = NOW.toISOString();
  const events = [
    {
      event: "run-started",
      verb,
      environment: "dr",
      operator: "kim",
      host: "laptop",
      reason: "the primary region does not answer",
      declaredAt: at,
    },
    ...(hasPoint
      ? [
          {
            event: "recovery-point-chosen",
            arn: point.arn,
            createdAt: point.createdAt.toISOString(),
            engineVersion: "17.4",
          },
        ]
      : []),
    ...ids.map((step) => ({ event: "step-done", step, evidence: "done, on my word" })),
  ];
  const lines = events.map((event, seq) => JSON.stringify({ ...event, id: `f${seq}`, runId: "r9", seq, at }));
  stage.objects.put(STANDBY_BUCKET, { "shop/dr/recovery/runs/r9.jsonl": `${lines.join("\n")}\n` });
}

const both = () =>
  bothRegions(new MemoryService({ prefix: "shop-prod" }), new MemoryService({ prefix: "shop-dr" }));

describe("a journal whose steps are made up", () => {
  it.each([true, false])("makes no failover done (a recovery point in it: %s)", async (hasPoint) => {
    const stage = new Stage();
    forge(stage, "failover", STEP_IDS, hasPoint);
    const { exitCode, output } = await stage.dr(confirmed("failover"));
    expect(`${exitCode}\n${exitCode === 0 ? "" : output}`).toBe("0\n");
    // Done, since all of it was carried out.
    expect(stage.applied.map((line) => line.split(" ")[0])).toEqual(["restored", "active", "hardened"]);
    const restored = stage.applied[0]?.split(" ")[1] ?? "";
    expect(stage.databases.instances.get(restored)?.status).toBe("available");
    expect(output).not.toContain("RTO achieved: 0 min");
  });

  it("makes no failover done that can't be carried out", async () => {
    const stage = new Stage();
    forge(stage, "failover", STEP_IDS, false);
    const { exitCode, output } = await stage.dr(confirmed("failover"), {
      answers: { standby: { recoveryPoints: async () => [] } },
    });
    expect([exitCode, stage.applied]).toEqual([1, []]);
    expect(output).not.toContain("failover done");
  });

  it("makes no rollback done", async () => {
    const stage = new Stage();
    const regions = both();
    await stage.dr(confirmed("failover"), regions);
    forge(stage, "rollback", ["restore-primary", "traffic-back", "close-ingress", "stop-compute"], false);
    const { exitCode } = await stage.dr(confirmed("rollback"), regions);
    expect([exitCode, stage.record()?.posture, stage.tasks]).toEqual([0, "restored", 0]);
    expect(
      stage.objects.text("shop-traffic-switch-111122223333-eu-central-1", "serve-from-standby"),
    ).toBeUndefined();
  });

  it("makes no fence done", async () => {
    const stage = new Stage();
    await stage.dr(confirmed("failover"));
    const primary = new MemoryService({ prefix: "shop-prod" });
    forge(stage, "fence", ["fence-primary"], false);
    const { exitCode } = await stage.dr(confirmed("fence"), { answers: { primary: primary.questions() } });
    expect([exitCode, primary.count, primary.groupIds]).toEqual([0, 0, ["sg-default"]]);
  });

  it("makes no failback done", async () => {
    const stage = new Stage({ changes: activation("active") });
    forge(stage, "failback", STAY_STEP_IDS, false);
    stage.tasks = 0;
    const { exitCode } = await stage.dr(confirmed("failback", "--stay"));
    expect([exitCode, stage.tasks]).toEqual([0, 3]);
  });
});

describe("a database that somebody deletes while users are moved", () => {
  it("is restored before the failover is done", async () => {
    const stage = new Stage();
    let isLost = false;
    const alarms: RegionalAws["alarms"] = async () => {
      if (!isLost) stage.databases.instances.clear();
      isLost = true;
      return [{ name: "shop-dr-cpu", state: "OK", reason: "", since: undefined, enabled: true }];
    };
    const { exitCode, output } = await stage.dr(confirmed("failover"), { answers: { standby: { alarms } } });
    expect(`${exitCode}\n${exitCode === 0 ? "" : output}`).toBe("0\n");
    expect(output).toContain(
      "restore-database was done, and AWS says otherwise: there is no database shop-dr-",
    );
    expect([...stage.databases.instances.keys()]).toEqual([
      expect.stringMatching(/^shop-dr-database-[0-9a-f]{8}$/),
    ]);
  });

  it("is no success where it can't be restored", async () => {
    const stage = new Stage();
    const { exitCode, output } = await stage.dr(confirmed("failover"), {
      answers: { standby: { database: async () => undefined } },
    });
    expect(exitCode).toBe(1);
    expect(output).not.toContain("failover done");
    expect(output).toContain("there is no database shop-dr-database-");
  });
});
