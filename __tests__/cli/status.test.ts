import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AwsFailure } from "../../src/aws/failure.ts";
import { activation } from "../support/environments.ts";
import {
  ago,
  DAY_MS,
  healthyObjects,
  HOUR_MS,
  memoryAws,
  point,
  silentRegion,
  STANDBY_BUCKET,
} from "../support/memory-aws.ts";
import { cli, worldOf } from "../support/recovery-cli.ts";
import { type SituationName, SITUATIONS } from "../support/situations.ts";

const situationNames = z.custom<SituationName>((name) => typeof name === "string" && name in SITUATIONS);

/** What the first lines say: what is going on, and the one command that comes next. */
const OUTLOOKS: Readonly<Record<SituationName, readonly [headline: RegExp, next: string]>> = {
  ready: [/^prod in eu-west-1 serves users$/, "npm run dr -- readiness"],
  "region dead": [
    /^whether users are served is not known: they are led to prod, and eu-west-1 does not answer$/,
    "npm run dr -- failover --environment dr",
  ],
  "failover running": [
    /^a failover is running: step restore-database since 2026-03-10 11:12Z, 48 min; it is expected to end at 2026-03-10 \d\d:\d\dZ$/,
    "npm run dr -- status --watch 15",
  ],
  "failover stopped": [
    /^a failover has STOPPED at step restore-database, 48 min ago: the last sign of life of kim on laptop was 12 min ago/,
    "npm run dr -- failover --environment dr --take-lock --execute",
  ],
  "active and unfenced": [
    /^dr in eu-central-1 serves users; prod is NOT fenced: open to users, 3 of 3 tasks run/,
    'npm run dr -- fence --environment dr --execute --reason "prod is back"',
  ],
  "active, region dead": [
    /^dr in eu-central-1 serves users; whether prod is fenced is not known/,
    "npm run dr -- readiness --only primary-fence --watch 60",
  ],
  "active and fenced": [
    /^dr in eu-central-1 serves users; prod is fenced$/,
    "npm run dr -- failback --environment dr",
  ],
  "active, switch off": [
    /^dr is active, but NOBODY is served: users are led to prod, which does not serve: closed by the fence/,
    'npm run dr -- failback --environment dr --stay --execute --reason "users are led to prod"',
  ],
  "failback stopped": [
    /^NOBODY is served, and a failback has STOPPED at step copy-recovery-point, 10 min ago: rds:CopyDBSnapshot/,
    "npm run dr -- failback --environment dr --execute",
  ],
  "switch on in peace": [
    /^users are led to dr, which is a pilot light without their data: the switch is on$/,
    "npm run dr -- readiness --only switch",
  ],
  "nothing answers": [
    /^eu-central-1, the region of dr, does not answer from here; who serves users is not known/,
    "aws sts get-caller-identity --region eu-central-1",
  ],
  "no credentials": [
    /^dr can't be looked at: service:Question in eu-central-1: the test says credentials/,
    "aws sts get-caller-identity --region eu-central-1",
  ],
};

describe("the first lines of status", () => {
  it.each(Object.entries(OUTLOOKS))("%s", async (name, [headline, next]) => {
    const situation = SITUATIONS[situationNames.parse(name)]();
    const { output } = await cli(["status"], situation);
    const [first = "", second] = output.split("\n");
    expect(first).toMatch(headline);
    expect(second).toBe(`  next: ${next}`);
    const json = await cli(["status", "--json"], situation);
    expect(JSON.parse(json.output)).toMatchObject({ headline: first, next });
  });

  it("tells a run whose holder gives signs of life from one that has stopped", async () => {
    const lifeOf = async (name: SituationName): Promise<unknown> =>
      (await cli(["status", "--json"], SITUATIONS[name]())).output;
    expect(await lifeOf("failover running")).toContain('"life": "running"');
    expect(await lifeOf("failover stopped")).toContain('"life": "stopped"');
    expect(await lifeOf("failback stopped")).toContain('"life": "stopped"');
  });

  it("says that a run whose lock can't be read may run", async () => {
    const { answers, changes } = SITUATIONS["failover running"]();
    const { objects = healthyObjects() } = answers;
    const stored = objects.questions("eu-central-1");
    const read = async (bucket: string, key: string) => {
      if (key.endsWith("lock.json"))
        throw new AwsFailure("denied", "s3:GetObject", "eu-central-1", "the test says no");
      return stored.read(bucket, key);
    };
    const { output } = await cli(["status"], {
      changes,
      answers: { ...answers, standby: { ...answers.standby, read } },
    });
    expect(output.split("\n")[0]).toMatch(/^a failover has not ended, .* whether it runs is not known/);
  });

  it("looks again as often as it is told, until somebody has had enough", async () => {
    let rounds = 0;
    const aws = () => memoryAws(SITUATIONS["region dead"]().answers);
    const world = worldOf(aws, async () => (rounds += 1) < 3);
    const { output } = await cli(["status", "--watch", "15"], { world });
    expect(output.match(/next: npm run dr -- failover/g)).toHaveLength(3);
  });
});

describe("status", () => {
  it("shows posture, recovery point and the last drill", async () => {
    const { exitCode, output } = await cli(["status"]);
    expect(exitCode).toBe(0);
    expect(output).toBe(
      `
prod in eu-west-1 serves users
  next: npm run dr -- readiness

dr in eu-central-1 recovers prod in eu-west-1
  users           prod in eu-west-1 serves users (the switch is off)
  prod            in eu-west-1: open to users, 3 of 3 tasks run, 1 of 1 targets healthy, database available
  dr              in eu-central-1: closed to users, nothing runs, 1 of 1 targets healthy, database available
  fence           none: prod may serve
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
