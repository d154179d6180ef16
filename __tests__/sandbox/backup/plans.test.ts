import {
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  DeleteBackupPlanCommand,
  DeleteBackupSelectionCommand,
  GetBackupPlanCommand,
  GetBackupSelectionCommand,
  ListBackupJobsCommand,
  ListBackupPlansCommand,
  ListBackupPlanVersionsCommand,
  ListBackupSelectionsCommand,
  ListCopyJobsCommand,
  ListProtectedResourcesCommand,
  ListRecoveryPointsByBackupVaultCommand,
  ListTagsCommand,
  UpdateBackupPlanCommand,
  UpdateRegionSettingsCommand,
  type BackupPlanInput,
  type BackupSelection,
  DescribeProtectedResourceCommand,
} from "@aws-sdk/client-backup";
import { afterEach, beforeEach, afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  matching,
  hasMoto,
  DAY_MS,
  MINUTE_MS,
  PRIMARY,
  ProtectedDatabase,
  STANDBY,
} from "../support/protected-database.ts";
import { passAtLeast, passTwoRuns } from "../support/half-days.ts";

describe.skipIf(!hasMoto)("backup plans", () => {
  let at: ProtectedDatabase;
  let databaseArn: string;
  let roleArn: string;
  let destinationArn: string;

  beforeAll(async () => {
    at = await ProtectedDatabase.start();
  });
  beforeEach(async () => {
    await at.sandbox.client.reset();
    const keyArn = await at.createKey(PRIMARY);
    roleArn = await at.createRole("backup");
    databaseArn = await at.createDatabase("orders", keyArn, { Tags: [{ Key: "Backup", Value: "yes" }] });
    await at.createVault(PRIMARY, "main", keyArn);
    destinationArn = await at.createVault(STANDBY, "dr", await at.createKey(STANDBY));
  });
  afterEach(() => at.sandbox.client.clearFaults());
  afterAll(() => at.sandbox.stop());

  const plan = (changes: Partial<NonNullable<BackupPlanInput["Rules"]>[number]> = {}): BackupPlanInput => ({
    BackupPlanName: "orders",
    Rules: [
      {
        RuleName: "twice-a-day",
        TargetBackupVaultName: "main",
        ScheduleExpression: "cron(0 0/12 ? * * *)",
        StartWindowMinutes: 60,
        CompletionWindowMinutes: 120,
        Lifecycle: { DeleteAfterDays: 7 },
        RecoveryPointTags: { Origin: "plan" },
        CopyActions: [{ DestinationBackupVaultArn: destinationArn, Lifecycle: { DeleteAfterDays: 14 } }],
        ...changes,
      },
    ],
  });
  const create = async (content: BackupPlanInput = plan()) => {
    const { BackupPlanId = "" } = await at
      .backup()
      .send(new CreateBackupPlanCommand({ BackupPlan: content }));
    return BackupPlanId;
  };
  const select = (planId: string, selection: Partial<BackupSelection> = { Resources: [databaseArn] }) =>
    at.backup().send(
      new CreateBackupSelectionCommand({
        BackupPlanId: planId,
        BackupSelection: { SelectionName: "database", IamRoleArn: roleArn, ...selection },
      }),
    );
  const jobs = async () => (await at.backup().send(new ListBackupJobsCommand({}))).BackupJobs ?? [];

  it("back up and copy each time their schedule fires", async () => {
    const planId = await create();
    await select(planId);
    await passTwoRuns(at.sandbox.client);
    const done = await jobs();
    const copies = (await at.backup().send(new ListCopyJobsCommand({ ByState: "COMPLETED" }))).CopyJobs ?? [];
    const { RecoveryPoints = [] } = await at
      .backup(STANDBY)
      .send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: "dr", ByBackupPlanId: planId }));
    expect(done.map((job) => job.State)).toEqual(["COMPLETED", "COMPLETED"]);
    done.forEach((job) => {
      expect([0, 12]).toContain(job.CreationDate?.getUTCHours());
      expect(job.CreatedBy?.BackupPlanId).toBe(planId);
    });
    expect(new Set(copies.map((job) => job.CreatedByBackupJobId))).toEqual(
      new Set(done.map((job) => job.BackupJobId)),
    );
    expect(RecoveryPoints).toHaveLength(2);
    const [point] = RecoveryPoints;
    expect(point?.Lifecycle).toEqual({ DeleteAfterDays: 14 });
    const { Tags } = await at
      .backup(STANDBY)
      .send(new ListTagsCommand({ ResourceArn: point?.RecoveryPointArn }));
    expect(Tags).toEqual({ Origin: "plan" });
    const { LastExecutionDate } = await at.backup().send(new GetBackupPlanCommand({ BackupPlanId: planId }));
    expect(LastExecutionDate?.getUTCHours()).toBe(done[0]?.CreationDate?.getUTCHours());
    const protectedNow = await at.backup().send(new ListProtectedResourcesCommand({}));
    expect(protectedNow.Results?.map((resource) => resource.ResourceArn)).toEqual([databaseArn]);
    const one = await at.backup().send(new DescribeProtectedResourceCommand({ ResourceArn: databaseArn }));
    expect(one).toMatchObject({ ResourceArn: databaseArn, ResourceType: "RDS" });
    expect(one.LastBackupTime).toBeInstanceOf(Date);
  });

  it("keep as many recovery points as the retention allows", async () => {
    await select(await create());
    await passAtLeast(at.sandbox.client, 20 * DAY_MS);
    const count = async (region: string, vault: string) =>
      (await at.backup(region).send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: vault })))
        .RecoveryPoints?.length;
    expect(await count(PRIMARY, "main")).toBe(14);
    expect(await count(STANDBY, "dr")).toBe(28);
  });

  it("follow their latest version", async () => {
    const planId = await create();
    await select(planId);
    const before = await at.backup().send(new GetBackupPlanCommand({ BackupPlanId: planId }));
    await at.backup().send(
      new UpdateBackupPlanCommand({
        BackupPlanId: planId,
        BackupPlan: plan({ ScheduleExpression: "cron(30 3 ? * 1 *)", CopyActions: [] }),
      }),
    );
    await at.sandbox.client.advance(7 * DAY_MS);
    const weekly = await jobs();
    expect(weekly).toHaveLength(1);
    expect(weekly[0]?.CreationDate?.getUTCDay()).toBe(0);
    const { BackupPlanVersionsList = [] } = await at
      .backup()
      .send(new ListBackupPlanVersionsCommand({ BackupPlanId: planId }));
    expect(BackupPlanVersionsList).toHaveLength(2);
    const old = await at
      .backup()
      .send(new GetBackupPlanCommand({ BackupPlanId: planId, VersionId: before.VersionId }));
    expect(old.BackupPlan?.Rules?.[0]?.ScheduleExpression).toBe("cron(0 0/12 ? * * *)");
  });

  it("say what AWS fills in", async () => {
    const { BackupPlan } = await at.backup().send(
      new GetBackupPlanCommand({
        BackupPlanId: await create({
          BackupPlanName: "plain",
          Rules: [{ RuleName: "daily", TargetBackupVaultName: "main" }],
        }),
      }),
    );
    expect(BackupPlan?.Rules?.[0]).toMatchObject({
      ScheduleExpression: "cron(0 5 ? * * *)",
      ScheduleExpressionTimezone: "Etc/UTC",
      StartWindowMinutes: 480,
      CompletionWindowMinutes: 10_080,
      RuleId: matching(/^[0-9a-f-]{36}$/),
    });
  });

  it.each([
    ["a cron that is none", { ScheduleExpression: "cron(0 5 * * * *)" }],
    ["a start window below 60 minutes (T16)", { StartWindowMinutes: 59 }],
    ["a completion window that does not exceed the start window by 60", { CompletionWindowMinutes: 119 }],
    ["a copy to what is no vault", { CopyActions: [{ DestinationBackupVaultArn: "dr" }] }],
    [
      "cold storage without 90 days in it",
      { Lifecycle: { DeleteAfterDays: 90, MoveToColdStorageAfterDays: 1 } },
    ],
  ])("refuse %s", async (_what, changes) => {
    await expect(create(plan(changes))).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  });

  it("select by ARN pattern, tag and condition, and not what is excluded", async () => {
    const planId = await create(plan({ CopyActions: [] }));
    const selections: Record<string, Partial<BackupSelection>> = {
      pattern: { Resources: ["arn:aws:rds:*:*:db:ord*"] },
      tag: { ListOfTags: [{ ConditionType: "STRINGEQUALS", ConditionKey: "Backup", ConditionValue: "yes" }] },
      condition: {
        Resources: ["*"],
        Conditions: { StringEquals: [{ ConditionKey: "aws:ResourceTag/Backup", ConditionValue: "yes" }] },
      },
      elsewhere: { Resources: ["arn:aws:rds:*:*:db:other*"] },
      untagged: {
        ListOfTags: [{ ConditionType: "STRINGEQUALS", ConditionKey: "Backup", ConditionValue: "no" }],
      },
      excluded: { Resources: ["*"], NotResources: [databaseArn] },
      unmet: {
        Resources: [databaseArn],
        Conditions: { StringNotLike: [{ ConditionKey: "aws:ResourceTag/Backup", ConditionValue: "y*" }] },
      },
    };
    const fired: string[] = [];
    for (const [name, selection] of Object.entries(selections)) {
      const { SelectionId } = await select(planId, { ...selection, SelectionName: name });
      const before = (await jobs()).length;
      await at.sandbox.client.advance(DAY_MS / 2);
      if ((await jobs()).length > before) {
        fired.push(name);
      }
      await at.backup().send(new DeleteBackupSelectionCommand({ BackupPlanId: planId, SelectionId }));
    }
    expect(fired).toEqual(["pattern", "tag", "condition"]);
  });

  it("leave out what the region has not opted in to, unless it is named", async () => {
    await at.backup().send(new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { RDS: false } }));
    const planId = await create();
    await select(planId, { Resources: ["*"] });
    await at.sandbox.client.advance(DAY_MS);
    expect(await jobs()).toEqual([]);
    await select(planId, { SelectionName: "named", Resources: [databaseArn] });
    await at.sandbox.client.advance(DAY_MS);
    expect(await jobs()).toHaveLength(2);
  });

  it("read back their selections, and go only after them", async () => {
    const planId = await create();
    const { SelectionId } = await select(planId);
    const ids = { BackupPlanId: planId, SelectionId };
    const read = await at.backup().send(new GetBackupSelectionCommand(ids));
    const { BackupSelectionsList } = await at
      .backup()
      .send(new ListBackupSelectionsCommand({ BackupPlanId: planId }));
    expect(read.BackupSelection).toEqual({
      SelectionName: "database",
      IamRoleArn: roleArn,
      Resources: [databaseArn],
    });
    expect(BackupSelectionsList).toHaveLength(1);
    const remove = () => at.backup().send(new DeleteBackupPlanCommand({ BackupPlanId: planId }));
    await expect(remove()).rejects.toMatchObject({ name: "InvalidRequestException" });
    await at.backup().send(new DeleteBackupSelectionCommand(ids));
    await expect(at.backup().send(new GetBackupSelectionCommand(ids))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await remove();
    await at.sandbox.client.advance(DAY_MS);
    expect(await jobs()).toEqual([]);
    const { BackupPlansList } = await at.backup().send(new ListBackupPlansCommand({}));
    expect(BackupPlansList).toEqual([]);
  });

  it("refuse a role that AWS Backup cannot assume", async () => {
    const planId = await create();
    const stranger = await at.createRole("stranger", "ec2.amazonaws.com");
    for (const IamRoleArn of [stranger, `${roleArn}-gone`]) {
      await expect(select(planId, { Resources: ["*"], IamRoleArn })).rejects.toMatchObject({
        name: "InvalidParameterValueException",
      });
    }
  });

  it("let a job expire that cannot start within its window", async () => {
    await select(await create());
    const { now } = await at.sandbox.client.clock();
    const halfDay = DAY_MS / 2;
    const untilFiring = halfDay - (now.getTime() % halfDay);
    await at.sandbox.client.advance(untilFiring + 1000);
    await at.sandbox.client.setFaults({ regionsDown: [PRIMARY] });
    await at.sandbox.client.advance(90 * MINUTE_MS);
    await at.sandbox.client.clearFaults();
    expect(await jobs()).toMatchObject([{ State: "EXPIRED" }]);
  });
});
