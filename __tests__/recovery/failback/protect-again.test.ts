import { describe, expect, it } from "vitest";
import type { BackupJob, CopyJob, StoredPoint } from "../../../src/aws/data.ts";
import { isProtected, protectAgain } from "../../../src/recovery/failback/protect-again.ts";
import { databaseIdentifier } from "../../../src/recovery/recovery-points.ts";
import { FailbackStage, subjectOf } from "./context.ts";

const HOUR_MS = 3_600_000;
const subject = subjectOf();
const database = databaseIdentifier(subject);

const pointAt = (createdAt: number, region: string): StoredPoint => ({
  arn: `arn:aws:rds:${region}:111122223333:snapshot:awsbackup:job-${createdAt}`,
  resourceArn: `arn:aws:rds:eu-west-1:111122223333:db:${database}`,
  status: "COMPLETED",
  statusMessage: undefined,
  createdAt: new Date(createdAt),
  expiresAt: undefined,
  encrypted: true,
  keyArn: undefined,
});

describe("protection after a failback", () => {
  it("is there when the standby has a copy that is younger than the return", async () => {
    const stage = new FailbackStage();
    const before = stage.clock - HOUR_MS;
    const points = [pointAt(before, "eu-central-1")];
    const context = await stage.context({ standby: { recoveryPoints: async () => points } });
    expect(await isProtected(context)).toBeUndefined();
    points.unshift(pointAt(stage.clock + HOUR_MS, "eu-central-1"));
    expect(await isProtected(context)).toContain("can be restored in eu-central-1");
  });

  it("is not waited for until the next schedule: the database is backed up and copied at once", async () => {
    const stage = new FailbackStage();
    const [home, away]: [StoredPoint[], StoredPoint[]] = [[], []];
    const order = stage.home.questions();
    const context = await stage.context({
      standby: { recoveryPoints: async () => away },
      primary: {
        recoveryPoints: async () => home,
        startBackup: async (what) => {
          await order.startBackup(what);
          home.push(pointAt(stage.clock + 60_000, "eu-west-1"));
        },
        startCopy: async (what) => {
          await order.startCopy(what);
          away.push(pointAt(stage.clock + 120_000, "eu-central-1"));
        },
      },
    });
    expect(await protectAgain(context)).toContain("can be restored in eu-central-1");
    expect(stage.home.changes).toEqual([
      `back up arn:aws:rds:eu-west-1:111122223333:db:${database}`,
      expect.stringMatching(/^copy arn:aws:rds:eu-west-1:.*snapshot:awsbackup:job-/),
    ]);
  });

  it.each(["FAILED", "ABORTED", "EXPIRED", "PARTIAL"])(
    "tells why a job is %s at once, and the next attempt is another job",
    async (state) => {
      const stage = new FailbackStage();
      const jobs: BackupJob[] = [];
      const tokens: string[] = [];
      const home: StoredPoint[] = [];
      const copies: CopyJob[] = [];
      const job = (token: string, ended: string) => ({
        id: `job-of-${token}`,
        state: ended,
        createdAt: new Date(stage.clock),
        message: ended === "COMPLETED" ? undefined : `why ${token} failed`,
      });
      const ended = (token: string): string => (token.endsWith("-1") ? state : "COMPLETED");
      const away: StoredPoint[] = [];
      const context = await stage.context({
        standby: { recoveryPoints: async () => away },
        primary: {
          recoveryPoints: async () => home,
          backupJobs: async () => jobs,
          copyJobs: async () => copies,
          startBackup: async ({ token }) => {
            tokens.push(token);
            if (tokens.filter((one) => one === token).length > 1) return;
            jobs.push(job(token, ended(token)));
            if (ended(token) === "COMPLETED") home.push(pointAt(stage.clock + 60_000, "eu-west-1"));
          },
          startCopy: async ({ token }) => {
            tokens.push(token);
            if (tokens.filter((one) => one === token).length > 1) return;
            const resourceArn = `arn:aws:rds:eu-west-1:111122223333:db:${database}`;
            copies.push({ ...job(token, ended(token)), resourceArn, completedAt: undefined });
            if (ended(token) === "COMPLETED") away.push(pointAt(stage.clock + 120_000, "eu-central-1"));
          },
        },
      });
      const before = stage.clock;
      for (const kind of ["backup", "copy"])
        await expect(protectAgain(context)).rejects.toThrow(
          new RegExp(`^the ${kind} of .*:db:${database}.* is ${state}, job .*: why ${kind}-.*-1 failed$`),
        );
      expect(await protectAgain(context)).toContain("can be restored in eu-central-1");
      expect(stage.clock - before).toBeLessThan(5 * 60_000);
      expect([...new Set(tokens)].map((token) => token.replace(/-2026.*-/, "-"))).toEqual([
        "backup-1",
        "backup-2",
        "copy-1",
        "copy-2",
      ]);
    },
  );

  it("does not ask for a second job while one runs", async () => {
    const stage = new FailbackStage();
    const away: StoredPoint[] = [];
    let looks = 0;
    const context = await stage.context({
      standby: { recoveryPoints: async () => away },
      primary: {
        recoveryPoints: async () => [],
        backupJobs: async () => {
          looks += 1;
          if (looks === 4) away.push(pointAt(stage.clock + HOUR_MS, "eu-central-1"));
          return [{ id: "by-plan", state: "RUNNING", createdAt: new Date(stage.clock), message: undefined }];
        },
      },
    });
    expect(await protectAgain(context)).toContain("can be restored in eu-central-1");
    expect(stage.home.changes).toEqual([]);
    expect(stage.told.join("\n")).toContain("is RUNNING, job by-plan");
  });

  it("by replicated automated backups is RDS's own business, and waited for", async () => {
    const stage = new FailbackStage();
    let looks = 0;
    const context = await stage.context({
      subject: subjectOf({ dr: { database: { recovery: { strategy: "automated-backups" } } } }),
      standby: {
        replicatedBackup: async () => {
          looks += 1;
          return {
            arn: "arn:aws:rds:eu-central-1:111122223333:auto-backup:ab-1",
            status: "active",
            engineVersion: "17.4",
            storageGiB: undefined,
            keyArn: undefined,
            retentionDays: 14,
            restorableFrom: undefined,
            restorableUntil: looks < 3 ? undefined : new Date(stage.clock + HOUR_MS),
          };
        },
      },
    });
    expect(await protectAgain(context)).toContain("auto-backup:ab-1");
    expect(stage.home.changes).toEqual([]);
  });

  it("by hand is told, and waits for nobody", async () => {
    const manual = { strategy: "manual-snapshot", reason: "an operator copies it every night" };
    const context = await new FailbackStage().context({
      subject: subjectOf({ dr: { database: { recovery: manual } } }),
    });
    expect(await protectAgain(context)).toContain(`take a snapshot of ${database} and copy it now`);
  });
});
