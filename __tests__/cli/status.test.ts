import { describe, expect, it } from "vitest";
import { activation } from "../support/environments.ts";
import {
  ago,
  DAY_MS,
  healthyObjects,
  HOUR_MS,
  point,
  silentRegion,
  STANDBY_BUCKET,
} from "../support/memory-aws.ts";
import { cli } from "../support/recovery-cli.ts";

describe("status", () => {
  it("shows posture, recovery point and the last drill", async () => {
    const { exitCode, output } = await cli(["status"]);
    expect(exitCode).toBe(0);
    expect(output).toBe(
      `
dr in eu-central-1 recovers prod in eu-west-1
  posture         standby
  recovery point  2026-03-10 07:00Z, 5 h old: ${point.arn}
  lock            free
  drill           done: 2026-03-07 12:00Z, 3 days ago, by on-call, run r1
  RTO achieved    2 h of 4 h
  RPO achieved    4 h of 24 h
`.trim(),
    );
  });

  it("shows who recovers, from what, and how far it has come", async () => {
    const common = { runId: "r2", at: ago(HOUR_MS).toISOString() };
    const failover = [
      {
        ...common,
        event: "run-started",
        id: "a",
        seq: 0,
        verb: "failover",
        environment: "dr",
        operator: "kim",
        host: "laptop",
        reason: "gone",
        declaredAt: common.at,
      },
      { ...common, event: "step-started", id: "b", seq: 1, step: "declare" },
      { ...common, event: "step-done", id: "c", seq: 2, step: "declare", evidence: "fenced" },
      { ...common, event: "step-started", id: "d", seq: 3, step: "restore-database" },
    ];
    const objects = healthyObjects().put(STANDBY_BUCKET, {
      "shop/dr/recovery/runs/r2.jsonl": failover.map((entry) => `${JSON.stringify(entry)}\n`).join(""),
      "shop/dr/recovery/lock.json": {
        runId: "r2",
        verb: "failover",
        operator: "kim",
        host: "laptop",
        session: "s2",
        machine: "working-copy",
        pid: 4711,
        takenAt: common.at,
        aliveAt: common.at,
      },
    });
    const { output } = await cli(["status"], { answers: { objects }, changes: activation("restored") });
    expect(output).toContain(
      "  posture         restored\n  declared        2026-01-31 04:00Z by on-call: the primary region does not answer\n",
    );
    expect(output).toContain("  lock            kim on laptop since 2026-03-10 11:00Z, 1 h, for failover\n");
    expect(output).toContain(
      "  failover        not ended, restore-database running: 2026-03-10 11:00Z, 1 h ago, by kim",
    );
  });

  it("fails when something could not be read, and shows the rest", async () => {
    const { exitCode, output } = await cli(["status", "--json"], {
      answers: { standby: silentRegion("eu-central-1", "denied") },
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      posture: "standby",
      recoveryPoint: null,
      runs: [],
      problems: [
        "posture: the record in force can't be read: service:Question in eu-central-1: the test says denied; npm run dr -- readiness --only activation-record",
        "recovery points: service:Question in eu-central-1: the test says denied",
        "recovery lock: service:Question in eu-central-1: the test says denied",
        "journals: service:Question in eu-central-1: the test says denied",
      ],
    });
  });

  it("does not say that there was no drill where nobody could read of one", async () => {
    const { output } = await cli(["status"], {
      answers: { standby: silentRegion("eu-central-1", "credentials") },
    });
    expect(output).toMatch(/^ {2}drill +not known$/m);
  });

  it("says what was achieved, for machines too", async () => {
    const { output } = await cli(["status", "--json"]);
    expect(JSON.parse(output)).toMatchObject({
      recoveryPoint: { arn: point.arn, ageMinutes: 300 },
      objectives: { rtoMinutes: 240, rpoMinutes: 1440 },
      runs: [
        {
          verb: "drill",
          outcome: "done",
          rtoMinutes: 120,
          rpoMinutes: 240,
          startedAt: ago(3 * DAY_MS).toISOString(),
        },
      ],
    });
  });
});
