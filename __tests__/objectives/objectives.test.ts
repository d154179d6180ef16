import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Configuration } from "../../src/config/configuration.ts";
import { UserError } from "../../src/config/problem.ts";
import { objectivesOf, type PairObjectives } from "../../src/objectives/objectives.ts";
import { formatArithmetic } from "../../src/objectives/worst-case.ts";
import { type Changes, configure, merge } from "../support/environments.ts";

const COPIES: Changes = {
  prod: { database: { backup: { enabled: true } } },
  dr: { database: { recovery: { strategy: "backup-copy" } } },
};
const REPLICATION: Changes = { dr: { database: { recovery: { strategy: "automated-backups" } } } };

function lines(changes: Changes): readonly string[] {
  try {
    configure(changes);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.message.split("\n");
    throw error;
  }
}

function onlyPair(configuration: Configuration): PairObjectives {
  const [pair] = objectivesOf(configuration);
  if (pair === undefined) throw new Error("no pair");
  return pair;
}

/** The arithmetic of one objective, or why there is none. */
function worstCase(objective: "rpo" | "rto", changes: Changes): string {
  const generous = merge({ dr: { objectives: { rpoHours: 8760, rtoHours: 8760 } } }, changes);
  const { worstCase } = onlyPair(configure(generous))[objective];
  return worstCase.bounded ? formatArithmetic(worstCase.terms) : worstCase.reason;
}

/** Worst-case RPO in minutes with backups every so many hours on some days of the week. */
function workdayRpo(hours: number): number {
  const schedule = `cron(45 */${hours} ? * TUE-SAT *)`;
  const changes = {
    prod: {
      database: {
        maintenanceWindow: "sun:12:00-sun:13:00",
        backupRetentionDays: 0,
        backup: { schedule },
      },
    },
  };
  const { worstCase } = onlyPair(
    configure(merge(merge(COPIES, changes), { dr: { objectives: { rpoHours: 8760 } } })),
  ).rpo;
  return worstCase.bounded ? worstCase.minutes : Infinity;
}

describe("the worst-case RPO", () => {
  it("of copies is a full interval and everything that may delay the next copy", () => {
    expect(worstCase("rpo", COPIES)).toBe(
      "12 h between backups + 1 h start window + 2 h completion window + 1 h copy allowance = 16 h",
    );
  });

  it("of copies on workdays counts the weekend", () => {
    const workdays = { prod: { database: { backup: { schedule: "cron(0 12 ? * MON-FRI *)" } } } };
    expect(worstCase("rpo", merge(COPIES, workdays))).toContain("72 h between backups");
  });

  it("of replicated automated backups is minutes", () => {
    expect(worstCase("rpo", REPLICATION)).toBe(
      "5 min between transaction logs + 25 min lag allowance = 30 min",
    );
  });

  it("of snapshots by hand has no bound, and says why that is accepted", () => {
    const recovery = { strategy: "manual-snapshot", reason: "the data is rebuilt every night" };
    expect(worstCase("rpo", { dr: { database: { recovery } } })).toBe(
      "snapshots are copied by hand: the data is rebuilt every night",
    );
  });

  it("has no bound while nothing is chosen", () => {
    expect(worstCase("rpo", {})).toBe("database.recovery of environments/dr.ts is not set");
  });

  it("never gets worse when backups are made more often", () => {
    const divisors = fc.constantFrom(1, 2, 3, 4, 6, 8, 12);
    fc.assert(
      fc.property(divisors, divisors, (a, b) => {
        expect(workdayRpo(Math.min(a, b))).toBeLessThanOrEqual(workdayRpo(Math.max(a, b)));
      }),
      { numRuns: 15 },
    );
  });
});

describe("the worst-case RTO", () => {
  it("of copies is the longest path through the steps", () => {
    expect(worstCase("rto", COPIES)).toBe(
      "30 min to declare and fence + 10 min to choose the recovery point + 30 min to restore + 1 h 26 min to warm up 500 GiB + 10 min to scale compute + 1 min for 2 good answers of each target + 5 min to open the ingress + 15 min to change DNS by hand + 15 min to validate = 3 h 22 min",
    );
  });

  it("of replicated automated backups replays logs too", () => {
    expect(worstCase("rto", REPLICATION)).toContain(
      "30 min to restore + 30 min to replay logs + 1 h 26 min to warm up",
    );
  });

  it("warms up what the volume may have grown to, at the rate that was measured", () => {
    const small = { prod: { database: { storageGiB: 60, maxStorageGiB: 120 } } };
    expect(worstCase("rto", merge(COPIES, small))).toContain("21 min to warm up 120 GiB");
    const larger = { dr: { database: { storageGiB: 600 } } };
    expect(worstCase("rto", merge(COPIES, larger))).toContain("1 h 43 min to warm up 600 GiB");
    const fast = { dr: { objectives: { allowances: { warmUpMiBPerSecond: 1000 } } } };
    expect(worstCase("rto", merge(COPIES, fast))).toContain("9 min to warm up 500 GiB");
  });

  it("takes a copy back from another account before it can be restored", () => {
    const copyDestinationVaultArn = "arn:aws:backup:eu-central-1:999988887777:backup-vault:elsewhere";
    const foreign = { prod: { database: { backup: { copyDestinationVaultArn } } } };
    expect(worstCase("rto", merge(COPIES, foreign))).toContain("1 h to copy back from account 999988887777");
  });

  it("cuts over by health check where a traffic stack does it", () => {
    const traffic = {
      kind: "traffic",
      standby: "dr",
      zoneId: "Z0123456789ABCDEFGHIJ",
      zoneName: "example.com",
      recordName: "shop.example.com",
      healthCheck: { intervalSeconds: 30, failureThreshold: 3 },
    };
    expect(worstCase("rto", merge(COPIES, { traffic }))).toContain(
      "5 min to open the ingress + 2 min until Route 53 notices + 1 min TTL of the record + 15 min to validate",
    );
  });
});

describe("a target that can't be met", () => {
  it("shows the arithmetic of a daily backup and a schedule that would do (T15)", () => {
    const daily = { prod: { database: { backup: { schedule: "cron(0 0 * * ? *)" } } } };
    expect(lines(merge(COPIES, daily))).toEqual([
      "environments/dr.ts: objectives.rpoHours: can't be met, got 24 h between backups + 1 h start window + 2 h completion window + 1 h copy allowance = 28 h, target 24 h; set database.backup.schedule of environments/prod.ts to cron(0 */12 * * ? *), which gives 16 h, or raise objectives.rpoHours to 28",
    ]);
  });

  it("is met by the schedule that its message names", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 27 }), (rpoHours) => {
        const weekly = {
          prod: { database: { backup: { schedule: "cron(0 0 ? * MON *)" } } },
          dr: { objectives: { rpoHours } },
        };
        const [line = ""] = lines(merge(COPIES, weekly));
        const schedule = /to (cron\(.*?\)),/.exec(line)?.[1];
        const otherwise = line.includes('choose database.recovery.strategy "automated-backups"');
        expect(schedule === undefined).toBe(otherwise);
        fc.pre(schedule !== undefined);
        const repaired = merge(merge(COPIES, weekly), { prod: { database: { backup: { schedule } } } });
        expect(lines(repaired)).toEqual([]);
      }),
      { numRuns: 23 },
    );
  });

  it("names another strategy when no schedule would do", () => {
    expect(lines(merge(COPIES, { dr: { objectives: { rpoHours: 4 } } }))).toEqual([
      expect.stringMatching(
        /target 4 h; choose database\.recovery\.strategy "automated-backups", or raise objectives\.rpoHours to 16$/,
      ),
    ]);
  });

  it("names a volume that could be read in time", () => {
    const [line = ""] = lines(merge(COPIES, { dr: { objectives: { rtoHours: 3 } } }));
    expect(line).toMatch(
      /= 3 h 22 min, target 3 h; set objectives\.allowances to what a drill has measured, or lower database\.maxStorageGiB of environments\/prod\.ts to 371, or raise objectives\.rtoHours to 4$/,
    );
    const lowered = { prod: { database: { maxStorageGiB: 371 } }, dr: { objectives: { rtoHours: 3 } } };
    expect(lines(merge(COPIES, lowered))).toEqual([]);
  });

  it("is reported for both objectives at once", () => {
    expect(lines(merge(REPLICATION, { dr: { objectives: { rpoHours: 0.25, rtoHours: 1 } } }))).toEqual([
      expect.stringMatching(
        /rpoHours: .* = 30 min, target 15 min; lower database\.recovery\.lagAllowanceMinutes of environments\/dr\.ts, or/,
      ),
      expect.stringMatching(/rtoHours: .* = 3 h 52 min, target 1 h; /),
    ]);
  });

  it("does not concern a standby whose way of recovery isn't chosen yet", () => {
    expect(lines({ dr: { objectives: { rpoHours: 0.1, rtoHours: 0.1 } } })).toEqual([]);
  });

  it("never keeps a recovery from starting", () => {
    const tight = merge(COPIES, { dr: { objectives: { rpoHours: 1 } } });
    expect(() => configure(tight)).toThrow("can't be met");
    expect(onlyPair(configure(tight, { unmetObjectives: "accept" })).rpo.met).toBe(false);
  });
});

describe("copies", () => {
  it("are kept until the next one is complete", () => {
    const weekly = {
      prod: { database: { backup: { schedule: "cron(0 0 ? * MON *)", copyRetentionDays: 7 } } },
      dr: { objectives: { rpoHours: 200 } },
    };
    expect(lines(merge(COPIES, weekly))).toEqual([
      "environments/prod.ts: database.backup.copyRetentionDays: expires before the next copy is complete, got 7 days for 172 h; keep copies for at least 8",
    ]);
  });
});
