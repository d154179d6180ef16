import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import PROJECT from "../../environments/project.ts";
import type { Activation } from "../../src/activation/schema.ts";
import { identifierOf } from "../../src/database/source.ts";
import { namesOf, recordKey } from "../../src/naming/names.ts";
import { ago, HOUR_MS, point, STANDBY_BUCKET, SWITCH_BUCKET } from "../support/memory-aws.ts";
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
const FAILOVER = confirmed("failover");
const NEWER = { ...point, arn: `${point.arn}-newer`, createdAt: ago(HOUR_MS) };
const names = namesOf({ ...PROJECT, breakGlassRole: "" }, "dr", "eu-central-1");

const failing = async (): Promise<never> => {
  throw new Error("no");
};

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

/** What an engineer does with an editor and `aws s3 cp`. */
function writeByHand(record: Activation): void {
  writeFileSync(join(stage.environments, "dr.activation.json"), JSON.stringify(record));
  stage.objects.put(STANDBY_BUCKET, { [recordKey(PROJECT, "dr")]: record });
}

const recordOf = (target: Stage): Activation => {
  const record = target.record();
  if (record === undefined) throw new Error("there is no record");
  return record;
};

describe("a failover that somebody finished by hand", () => {
  const served = (): Activation => ({ ...recordOf(stage), posture: "active", hardened: true });

  it("comes to its end, and neither closes nor unguards what serves", async () => {
    await stage.dr(FAILOVER, { apply: failing });
    writeByHand(served());
    const { exitCode } = await stage.dr(FAILOVER);
    expect([exitCode, stage.record()]).toEqual([0, served()]);
    expect(stage.applied.map((line) => line.split(" ")[0])).toEqual(["hardened", "hardened"]);
  });

  it("is not gone on with where that restored something else", async () => {
    await stage.dr(FAILOVER, { apply: failing });
    const snapshotArn = "arn:aws:rds:eu-central-1:111122223333:snapshot:by-hand";
    const { recoveryPoint } = recordOf(stage);
    if (recoveryPoint.kind !== "snapshot") throw new Error("no snapshot was chosen");
    const record = { ...served(), recoveryPoint: { ...recoveryPoint, snapshotArn } };
    writeByHand(record);
    const { exitCode, output } = await stage.dr(FAILOVER);
    expect([exitCode, stage.record(), stage.applied]).toEqual([1, record, []]);
    expect(output).toContain(
      `dr.activation.json says that dr serves from ${identifierOf(names, record.recoveryPoint)}, and this run restores ${identifierOf(names, recoveryPoint)}`,
    );
  });
});

describe("a failover that is asked for again", () => {
  it("is not done while the switch leads users to the primary", async () => {
    await stage.dr(FAILOVER);
    await stage.objects.questions("eu-central-1").remove(SWITCH_BUCKET, "serve-from-standby");
    const { exitCode, output } = await stage.dr(FAILOVER);
    expect(exitCode).toBe(1);
    expect(output).toContain(
      "the switch is off, and users are led to prod; npm run dr -- failback --environment dr --stay",
    );
    const stayed = await stage.dr(confirmed("failback", "--stay"));
    expect(stayed.exitCode).toBe(0);
    expect(stage.objects.text(SWITCH_BUCKET, "serve-from-standby")).toBe("dr\n");
  });

  it("is not done while RDS has no database for it", async () => {
    await stage.dr(FAILOVER);
    const identifier = identifierOf(names, recordOf(stage).recoveryPoint);
    expect((await stage.dr(FAILOVER)).output).toMatch(/is active already, declared .*: nothing to do$/);
    stage.databases.instances.delete(identifier);
    const { exitCode, output } = await stage.dr(FAILOVER);
    expect(exitCode).toBe(1);
    expect(output).toMatch(
      new RegExp(
        `^dr is active already, declared .*, but there is no database ${identifier} in eu-central-1: npm run dr -- readiness --only database`,
      ),
    );
  });

  it("names the rollback that closes it, and no command that would open what is closed half", async () => {
    const service = new MemoryService({ prefix: "shop-prod" });
    const both = bothRegions(service, new MemoryService({ prefix: "shop-dr" }));
    await stage.dr(FAILOVER, both);
    const stale = recordOf(stage);
    const stopped = await stage.dr(confirmed("rollback"), { ...both, apply: failing });
    expect(stopped.output).toContain("rollback failed at close-ingress");
    // Another machine, which has the record of before.
    writeFileSync(join(stage.environments, "dr.activation.json"), JSON.stringify(stale));
    const { exitCode, output } = await stage.dr(FAILOVER, both);
    expect([exitCode, output.includes("--stay")]).toEqual([1, false]);
    expect(output).toContain("resume it: npm run dr -- rollback --environment dr --execute");
    const stay = await stage.dr(confirmed("failback", "--stay"), both);
    expect(stay.exitCode).toBe(1);
    expect(stay.output).toMatch(
      /^a rollback has begun to close dr, .*npm run dr -- rollback --environment dr --execute/,
    );
    expect((await stage.dr(confirmed("rollback"), both)).exitCode).toBe(0);
  });

  it("takes no other recovery point than the one that it has chosen", async () => {
    await stage.dr(FAILOVER, { apply: failing });
    const { exitCode, errors } = await stage.dr(confirmed("failover", "--recovery-point", NEWER.arn));
    expect([exitCode, stage.applied]).toEqual([2, []]);
    expect(errors).toMatch(
      /^--recovery-point: is not what run \S+ restores, got \S+-newer; it restores \S+: leave it out, or give that run up with npm run dr -- rollback and begin another$/,
    );
    const same = await stage.dr(confirmed("failover", "--recovery-point", point.arn));
    expect(same.exitCode).toBe(0);
  });

  it("takes another one once it was given up, also where the primary can't be reached", async () => {
    await stage.dr(FAILOVER, { apply: failing });
    const { exitCode, output } = await stage.dr(confirmed("rollback"));
    expect(exitCode).toBe(1);
    expect(output).toContain("rollback failed at start-behind-fence: prod can't be reached");
    const again = await stage.dr(confirmed("failover", "--recovery-point", NEWER.arn), {
      answers: { standby: { recoveryPoints: async () => [point, NEWER] } },
    });
    expect(again.exitCode).toBe(0);
    expect(recordOf(stage)).toMatchObject({ posture: "active", recoveryPoint: { snapshotArn: NEWER.arn } });
  });
});

describe("a second failover, over the database that an earlier one has left", () => {
  const both = bothRegions(
    new MemoryService({ prefix: "shop-prod" }),
    new MemoryService({ prefix: "shop-dr" }),
  );
  const withNewer: StageSettings = {
    answers: { ...both.answers, standby: { ...both.answers?.standby, recoveryPoints: async () => [NEWER] } },
  };

  it("says how to give that up, is refused without, and is rolled back to it", async () => {
    await stage.dr(FAILOVER, both);
    await stage.dr(confirmed("rollback"), both);
    const first = recordOf(stage);
    const held = identifierOf(names, first.recoveryPoint);

    const { exitCode, output } = await stage.dr(FAILOVER, withNewer);
    expect(exitCode).toBe(1);
    expect(output).toContain(`dr holds ${held}: unless it is what this run restores`);
    expect(output).toContain("the guard refuses the plan of dr");
    expect(recordOf(stage).recoveryPoint).not.toEqual(first.recoveryPoint);

    const back = await stage.dr(confirmed("rollback"), both);
    expect(back.exitCode).toBe(0);
    expect(back.output).toContain(`${held} stays`);
    expect(recordOf(stage)).toMatchObject({ posture: "restored", recoveryPoint: first.recoveryPoint });
    expect(stage.applied.filter((line) => line.startsWith("standby"))).toEqual([]);
  });

  it("is rolled back to pilot light where that database was deleted by hand", async () => {
    await stage.dr(FAILOVER, both);
    await stage.dr(confirmed("rollback"), both);
    const held = identifierOf(names, recordOf(stage).recoveryPoint);
    stage.databases.instances.delete(held);
    await stage.dr(FAILOVER, withNewer);
    const back = await stage.dr(confirmed("rollback"), both);
    expect(`${back.exitCode}\n${back.exitCode === 0 ? "" : back.output}`).toBe("0\n");
    expect([stage.record(), stage.applied.at(-1)]).toEqual([undefined, "standby shop-dr-database"]);
  });

  it("replaces it once it is named", async () => {
    await stage.dr(FAILOVER, both);
    await stage.dr(confirmed("rollback"), both);
    const held = identifierOf(names, recordOf(stage).recoveryPoint);
    const { exitCode } = await stage.dr(confirmed("failover", "--replace-database", held), withNewer);
    expect(exitCode).toBe(0);
    expect(recordOf(stage)).toMatchObject({ posture: "active", recoveryPoint: { snapshotArn: NEWER.arn } });
  });

  it("is not guessed at where nobody knows what is there: the record stays", async () => {
    await stage.dr(FAILOVER, { ...both, apply: failing });
    const record = recordOf(stage);
    const { exitCode, output } = await stage.dr(confirmed("rollback"), {
      ...both,
      holds: "shop-dr-database-0a1b2c3d",
    });
    expect([exitCode, stage.record(), stage.applied]).toEqual([1, record, []]);
    expect(output).toContain(
      "dr holds shop-dr-database-0a1b2c3d, and neither its record nor the journal says what that was restored from",
    );
  });
});

describe("a failover whose restore was cut off while the empty database went", () => {
  it("is rolled back: the empty one goes then, and no other", async () => {
    const both = bothRegions(new MemoryService(), new MemoryService({ prefix: "shop-dr" }));
    await stage.dr(FAILOVER, both);
    stage.deposed = "shop-dr-database-0a1b2c3d";
    const refused = await stage.dr(confirmed("rollback"), both);
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toContain(
      "(deposed a1b2c3d4) holds a database's data (shop-dr-database-0a1b2c3d)",
    );
    stage.deposed = "shop-dr-database";
    const { exitCode } = await stage.dr(confirmed("rollback"), both);
    expect([exitCode, recordOf(stage).posture]).toEqual([0, "restored"]);
    expect(stage.applied.at(-1)).toMatch(/^restored shop-dr-database-[0-9a-f]{8}$/);
  });
});
