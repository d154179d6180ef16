import { beforeEach, describe, expect, it } from "vitest";
import type { RegionalAws } from "../../src/aws/port.ts";
import { readLock } from "../../src/recovery/journal/lock.ts";
import { journalPlace } from "../../src/recovery/journal/place.ts";
import { StepFailed } from "../../src/recovery/steps/step.ts";
import {
  ago,
  HOUR_MS,
  memoryAws,
  point,
  silentRegion,
  snapshot,
  STANDBY_BUCKET,
} from "../support/memory-aws.ts";
import { MemoryService } from "../support/memory-service.ts";
import { Stage, type StageSettings } from "../support/recovery-stage.ts";
import { bothRegions, refuses } from "../support/stage-answers.ts";

const EXECUTE = ["failover", "--execute", "--confirm", "dr", "--reason", "users report errors"];
const DESPITE = ["--despite", "the region will not come back"];

const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: "eu-central-1" };
const place = journalPlace({ name: "shop" }, "dr", location);

/** A way to be blocked. */
interface Case {
  readonly id: string;
  readonly answers?: Partial<RegionalAws>;
  readonly args?: readonly string[];
  readonly settings?: StageSettings;
}

const refused = refuses("denied", "service:Question", "AccessDenied");

/** One of each kind: what they are in all is a table of the preflight's own tests. */
const CERTAIN: Readonly<Record<string, Case>> = {
  "no recovery point": { id: "recovery-point", answers: { recoveryPoints: async () => [] } },
  "a mistyped recovery point": {
    id: "recovery-point",
    answers: { snapshot: async (arn) => (arn === point.arn ? snapshot : undefined) },
    args: ["--recovery-point", "arn:aws:rds:eu-central-1:111122223333:snapshot:typo"],
  },
  "no image": { id: "image", answers: { image: async () => undefined } },
};
const UNCERTAIN: Readonly<Record<string, Case>> = {
  "a quota that may not be asked": { id: "database-quota", answers: { databaseInstances: refused } },
};

let primary: MemoryService;
beforeEach(() => {
  primary = new MemoryService({ prefix: "shop-prod" });
});

/** A stage with a healthy primary, or with one whose region is gone. */
function stageOf({ answers, settings = {} }: Case, isPrimaryGone: boolean): Stage {
  const both = bothRegions(primary, new MemoryService({ prefix: "shop-dr", count: 0 }));
  return new Stage({
    ...settings,
    answers: {
      standby: { ...both.answers?.standby, ...answers },
      primary: isPrimaryGone ? silentRegion("eu-west-1", "unreachable") : (both.answers?.primary ?? {}),
    },
  });
}

/** Nothing was closed, written down or locked. */
async function expectNothingChanged(stage: Stage): Promise<void> {
  const aws = memoryAws({ objects: stage.objects }).in("eu-central-1");
  const runs = await aws.list(STANDBY_BUCKET, place.prefix);
  expect([primary.changes, stage.applied, stage.record(), await readLock(place, aws), runs]).toEqual([
    [],
    [],
    undefined,
    undefined,
    [`${place.prefix}r1.jsonl`],
  ]);
  expect(stage.objects.text(STANDBY_BUCKET, place.fenceKey)).toBeUndefined();
}

describe("a failover that is known to come to no end", () => {
  it.each(Object.entries(CERTAIN))("for %s is refused, whether or not prod serves", async (_, one) => {
    for (const isPrimaryGone of [false, true]) {
      const stage = stageOf(one, isPrimaryGone);
      const { exitCode, output } = await stage.dr([...EXECUTE, ...(one.args ?? [])]);
      expect([exitCode, output.split("\n")[0]]).toEqual([
        1,
        "failover refused: something that it needs is missing or could not be asked; nothing was changed",
      ]);
      expect(output).toContain(`\n  BLOCKED by ${one.id}: `);
      await expectNothingChanged(stage);
    }
  });

  it.each(Object.entries({ ...CERTAIN, ...UNCERTAIN }))(
    "for %s says so first in its plan",
    async (_, one) => {
      const stage = stageOf(one, false);
      const { exitCode, output } = await stage.dr(["failover", ...(one.args ?? [])]);
      expect(exitCode).toBe(0);
      expect(output.split("\n")[1]).toMatch(new RegExp(`^ {2}BLOCKED by ${one.id}: .`));
      const { output: json } = await stage.dr(["failover", "--json", ...(one.args ?? [])]);
      expect(JSON.parse(json)).toMatchObject({ blockers: [{ id: one.id }] });
    },
  );
});

describe("a failover of which something is not known", () => {
  it.each(Object.entries(UNCERTAIN))("for %s is refused while prod serves", async (_, one) => {
    const stage = stageOf(one, false);
    const { exitCode, output } = await stage.dr(EXECUTE);
    expect(exitCode).toBe(1);
    expect(output).toContain(`\n  BLOCKED by ${one.id}: `);
    expect(output).toContain(
      "\n  now: users are led to prod; prod: open to users, 3 of 3 tasks run, 3 of 3 targets healthy, database available; dr: closed to users, nothing runs,",
    );
    await expectNothingChanged(stage);
  });

  it.each(Object.entries(UNCERTAIN))("for %s is begun once prod's region is gone", async (_, one) => {
    const stage = stageOf(one, true);
    const { output } = await stage.dr(EXECUTE);
    expect(output).not.toContain("BLOCKED");
    expect(output).toContain("[1/9] declare: done");
  });
});

describe("a failover that is begun all the same", () => {
  const NONE: Case = { id: "recovery-point", answers: { recoveryPoints: async () => [] } };

  it("keeps the reason and what blocked it, and says first what is closed and what opens it", async () => {
    const stage = stageOf(NONE, false);
    const { exitCode, output } = await stage.dr([...EXECUTE, ...DESPITE]);
    expect(exitCode).toBe(1);
    const said = output.split("\n").find((line) => line.startsWith("NOBODY IS SERVED"));
    const command =
      'npm run dr -- rollback --environment dr --execute --confirm dr --reason "the failover can\'t go on"';
    expect(said).toMatch(
      /^NOBODY IS SERVED: users are led to prod; prod: closed by the fence, nothing runs, .*; dr: closed to users, nothing runs, /,
    );
    expect(said?.endsWith(`; to serve again: ${command}`)).toBe(true);
    expect(output.indexOf("NOBODY IS SERVED")).toBe(output.search(/\n.*\nfailover failed at/) + 1);
    const aws = memoryAws({ objects: stage.objects }).in("eu-central-1");
    const runs = await aws.list(STANDBY_BUCKET, place.prefix);
    const run = runs.find((one) => !one.endsWith("r1.jsonl")) ?? "";
    const [first = ""] = (stage.objects.text(STANDBY_BUCKET, run) ?? "").split("\n");
    expect(JSON.parse(first)).toMatchObject({
      event: "run-started",
      despite: {
        reason: "the region will not come back",
        blockers: ["recovery-point: there is no recovery point in eu-central-1"],
      },
    });
    // The command that was printed, as a shell would take it apart.
    const words = ["rollback", "--environment", "dr", "--execute", "--confirm", "dr"];
    const back = await stage.dr([...words, "--reason", "the failover can't go on"]);
    expect([back.exitCode, primary.count, primary.groupIds]).toEqual([0, 3, ["sg-alb"]]);
  });

  it("goes on without the option once it was given", async () => {
    const stage = stageOf(NONE, false);
    await stage.dr([...EXECUTE, ...DESPITE]);
    const { output } = await stage.dr(EXECUTE);
    expect(output).toContain("[1/9] declare: done before");
    expect(output).toContain("failover failed at choose-recovery-point");
  });

  it("takes no reason that says nothing", async () => {
    const { exitCode, errors } = await stageOf(NONE, false).dr([...EXECUTE, "--despite", "yes"]);
    expect(exitCode).toBe(2);
    expect(errors).toContain("--despite: is too short");
  });
});

describe("before a healthy primary is closed", () => {
  const broken = async (): Promise<never> => {
    throw new StepFailed("terraform init of dr failed: no provider", "nothing was planned", ["# install it"]);
  };

  it("Terraform has to be able to plan the standby", async () => {
    const stage = stageOf({ id: "terraform", settings: { plan: broken } }, false);
    const { exitCode, output } = await stage.dr(EXECUTE);
    expect(exitCode).toBe(1);
    expect(output).toContain(
      "\n  BLOCKED by terraform: terraform init of dr failed: no provider\n      # install it\n",
    );
    await expectNothingChanged(stage);
  });

  it("but nobody waits for that in a disaster", async () => {
    const stage = stageOf({ id: "terraform", settings: { plan: broken } }, true);
    const { output } = await stage.dr(EXECUTE);
    expect(output).toContain("failover failed at restore-database: terraform init of dr failed");
  });
});

describe("the recovery point after the fence", () => {
  const older = { ...point, arn: `${point.arn}-older`, createdAt: ago(20 * HOUR_MS) };
  const newer = { ...point, arn: `${point.arn}-newer`, createdAt: ago(HOUR_MS) };
  /** What is there before the primary is closed, and what afterwards. */
  const changing = (after: readonly (typeof point)[]): Case => ({
    id: "",
    answers: { recoveryPoints: async () => (primary.count === 0 ? after : [point, older]) },
  });

  it("is a newer one, if that has come", async () => {
    const stage = stageOf(changing([newer, point]), false);
    expect((await stage.dr(EXECUTE)).exitCode).toBe(0);
    expect(stage.record()?.recoveryPoint).toMatchObject({ snapshotArn: newer.arn });
  });

  it("is never older than the one before, unless it is named", async () => {
    const stage = stageOf(changing([older]), false);
    const { exitCode, output } = await stage.dr(EXECUTE);
    expect([exitCode, stage.record()]).toEqual([1, undefined]);
    expect(output).toContain(
      `failover failed at choose-recovery-point: the newest that can be restored now is ${older.arn} of 2026-03-09 16:00Z, older than ${point.arn} of 2026-03-10 07:00Z`,
    );
    const named = await stage.dr([...EXECUTE, "--recovery-point", older.arn]);
    expect([named.exitCode, stage.record()?.recoveryPoint]).toMatchObject([0, { snapshotArn: older.arn }]);
  });
});
