import {
  CreateRestoreTestingPlanCommand,
  CreateRestoreTestingSelectionCommand,
  DeleteRestoreTestingPlanCommand,
  DeleteRestoreTestingSelectionCommand,
  DescribeRestoreJobCommand,
  GetRecoveryPointRestoreMetadataCommand,
  GetRestoreJobMetadataCommand,
  GetRestoreTestingPlanCommand,
  GetRestoreTestingSelectionCommand,
  ListRestoreJobsCommand,
  ListRestoreTestingPlansCommand,
  ListRestoreTestingSelectionsCommand,
  PutRestoreValidationResultCommand,
  StartRestoreJobCommand,
  UpdateRestoreTestingPlanCommand,
  UpdateRestoreTestingSelectionCommand,
} from "@aws-sdk/client-backup";
import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  containing,
  hasMoto,
  DAY_MS,
  MINUTE_MS,
  PRIMARY,
  ProtectedDatabase,
  STANDBY,
} from "../support/protected-database.ts";

describe.skipIf(!hasMoto)("restores from recovery points", () => {
  let at: ProtectedDatabase;
  let roleArn: string;
  let standbyKey: string;
  let vaultArn: string;
  let copyArn: string;

  beforeAll(async () => {
    at = await ProtectedDatabase.start();
    const primaryKey = await at.createKey(PRIMARY);
    standbyKey = await at.createKey(STANDBY);
    roleArn = await at.createRole("backup");
    const databaseArn = await at.createDatabase("orders", primaryKey);
    await at.createVault(PRIMARY, "main", primaryKey);
    vaultArn = await at.createVault(STANDBY, "dr", standbyKey);
    const { RecoveryPointArn } = await at.backUp(databaseArn, "main", roleArn);
    const copied = await at.copy({
      RecoveryPointArn,
      SourceBackupVaultName: "main",
      DestinationBackupVaultArn: vaultArn,
      IamRoleArn: roleArn,
    });
    copyArn = copied.DestinationRecoveryPointArn ?? "";
  });
  afterAll(() => at.sandbox.stop());

  const backup = () => at.backup(STANDBY);
  const metadata = async () =>
    (
      await backup().send(
        new GetRecoveryPointRestoreMetadataCommand({ BackupVaultName: "dr", RecoveryPointArn: copyArn }),
      )
    ).RestoreMetadata ?? {};
  const start = async (changes: Record<string, string>) =>
    backup().send(
      new StartRestoreJobCommand({
        RecoveryPointArn: copyArn,
        IamRoleArn: roleArn,
        ResourceType: "RDS",
        Metadata: { ...(await metadata()), ...changes },
      }),
    );
  const describeJob = (RestoreJobId: string | undefined) =>
    backup().send(new DescribeRestoreJobCommand({ RestoreJobId }));
  const instances = async () =>
    (await at.rds(STANDBY).send(new DescribeDBInstancesCommand({}))).DBInstances ?? [];

  it("make an instance like the source, under the copy's key, with nothing that AWS would not keep (T21)", async () => {
    const { RestoreJobId } = await start({
      DBInstanceIdentifier: "restored",
      DBInstanceClass: "db.t4g.large",
    });
    const pending = await describeJob(RestoreJobId);
    await at.sandbox.client.advance(2 * MINUTE_MS);
    const running = await describeJob(RestoreJobId);
    await at.sandbox.client.advance(10 * MINUTE_MS);
    const completed = await describeJob(RestoreJobId);
    expect([pending.Status, running.Status, completed.Status]).toEqual(["PENDING", "RUNNING", "COMPLETED"]);
    const [restored] = await instances();
    expect(restored).toMatchObject({
      DBInstanceArn: completed.CreatedResourceArn,
      DBInstanceClass: "db.t4g.large",
      Engine: "postgres",
      EngineVersion: "16.4",
      AllocatedStorage: 40,
      MasterUsername: "keeper",
      KmsKeyId: standbyKey,
      StorageEncrypted: true,
      MultiAZ: false,
      DeletionProtection: false,
      AvailabilityZone: "eu-central-1a",
      DBSubnetGroup: { DBSubnetGroupName: "default" },
    });
    expect(restored?.MasterUserSecret).toBeUndefined();
    const read = await backup().send(new GetRestoreJobMetadataCommand({ RestoreJobId }));
    expect(read.Metadata).toMatchObject({ DBInstanceIdentifier: "restored" });
    const { RestoreJobs } = await backup().send(new ListRestoreJobsCommand({ ByStatus: "COMPLETED" }));
    expect(RestoreJobs?.map((job) => job.RestoreJobId)).toContain(RestoreJobId);
  });

  it("fail with RDS's own reason", async () => {
    const failures: [Record<string, string>, RegExp][] = [
      [{ DBInstanceIdentifier: "nowhere", DBSubnetGroupName: "missing" }, /missing/],
      [{ DBInstanceIdentifier: "restored" }, /exists/],
    ];
    for (const [changes, reason] of failures) {
      const { RestoreJobId } = await start(changes);
      await at.sandbox.client.advance(20 * MINUTE_MS);
      const job = await describeJob(RestoreJobId);
      expect(job.Status).toBe("FAILED");
      expect(job.StatusMessage).toMatch(reason);
      expect(job.CreatedResourceArn).toBeUndefined();
    }
    await at.kms(STANDBY).send(new DisableKeyCommand({ KeyId: standbyKey }));
    const { RestoreJobId } = await start({ DBInstanceIdentifier: "locked" });
    await at.sandbox.client.advance(20 * MINUTE_MS);
    await at.kms(STANDBY).send(new EnableKeyCommand({ KeyId: standbyKey }));
    expect(await describeJob(RestoreJobId)).toMatchObject({
      Status: "FAILED",
      StatusMessage: containing("KMS key"),
    });
  });

  it("refuse unknown recovery points and settings", async () => {
    await expect(
      backup().send(
        new StartRestoreJobCommand({ RecoveryPointArn: `${copyArn}0`, IamRoleArn: roleArn, Metadata: {} }),
      ),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(start({ Colour: "red" })).rejects.toMatchObject({ name: "InvalidParameterValueException" });
    await expect(start({ VpcSecurityGroupIds: "sg-1" })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
    await expect(describeJob("nothing")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  describe("on a schedule", () => {
    const plan = {
      RestoreTestingPlanName: "weekly",
      ScheduleExpression: "cron(0 1 ? * 1 *)",
      StartWindowHours: 4,
    };
    const create = (name = "weekly") =>
      backup().send(
        new CreateRestoreTestingPlanCommand({
          RestoreTestingPlan: {
            ...plan,
            RestoreTestingPlanName: name,
            RecoveryPointSelection: {
              Algorithm: "LATEST_WITHIN_WINDOW",
              IncludeVaults: [vaultArn],
              RecoveryPointTypes: ["SNAPSHOT"],
              SelectionWindowDays: 30,
            },
          },
        }),
      );

    it("are planned under names of letters, digits and underscores (T27)", async () => {
      await expect(create("not-good")).rejects.toMatchObject({ name: "ValidationException" });
      const { RestoreTestingPlanArn } = await create();
      expect(RestoreTestingPlanArn).toMatch(
        /^arn:aws:backup:eu-central-1:\d{12}:restore-testing-plan:weekly-/,
      );
      await expect(create()).rejects.toMatchObject({ name: "AlreadyExistsException" });
      const { RestoreTestingPlan } = await backup().send(
        new GetRestoreTestingPlanCommand({ RestoreTestingPlanName: "weekly" }),
      );
      expect(RestoreTestingPlan).toMatchObject({ ...plan, ScheduleExpressionTimezone: "Etc/UTC" });
      expect(RestoreTestingPlan?.CreationTime).toBeInstanceOf(Date);
      const { RestoreTestingPlans } = await backup().send(new ListRestoreTestingPlansCommand({}));
      expect(RestoreTestingPlans).toHaveLength(1);
    });

    it("restore what is selected, wait for the validation, and delete it", async () => {
      const ids = { RestoreTestingPlanName: "weekly", RestoreTestingSelectionName: "databases" };
      await backup().send(
        new CreateRestoreTestingSelectionCommand({
          RestoreTestingPlanName: "weekly",
          RestoreTestingSelection: {
            RestoreTestingSelectionName: "databases",
            IamRoleArn: roleArn,
            ProtectedResourceType: "RDS",
            ProtectedResourceArns: ["*"],
            ValidationWindowHours: 1,
          },
        }),
      );
      await backup().send(
        new UpdateRestoreTestingSelectionCommand({
          ...ids,
          RestoreTestingSelection: { ValidationWindowHours: 3 },
        }),
      );
      const { RestoreTestingSelection } = await backup().send(new GetRestoreTestingSelectionCommand(ids));
      const listed = await backup().send(
        new ListRestoreTestingSelectionsCommand({ RestoreTestingPlanName: "weekly" }),
      );
      expect(RestoreTestingSelection).toMatchObject({ ValidationWindowHours: 3, IamRoleArn: roleArn });
      expect(listed.RestoreTestingSelections).toHaveLength(1);

      const before = (await instances()).length;
      const { now } = await at.sandbox.client.clock();
      const sunday = new Date(now);
      sunday.setUTCDate(now.getUTCDate() + ((7 - now.getUTCDay()) % 7));
      sunday.setUTCHours(1, 0, 0, 0);
      const waitMs = sunday.getTime() - now.getTime();
      await at.sandbox.client.advance((waitMs > 0 ? waitMs : waitMs + 7 * DAY_MS) + 30 * MINUTE_MS);
      const tested = (await instances()).filter(({ DBInstanceIdentifier = "" }) =>
        DBInstanceIdentifier.startsWith("awsbackup-restore-test-"),
      );
      expect(tested).toHaveLength(1);
      const job = async () =>
        (await backup().send(new ListRestoreJobsCommand({}))).RestoreJobs?.find(
          ({ CreatedResourceArn }) => CreatedResourceArn === tested[0]?.DBInstanceArn,
        );
      expect(await job()).toMatchObject({ Status: "COMPLETED", ValidationStatus: "VALIDATING" });
      await backup().send(
        new PutRestoreValidationResultCommand({
          RestoreJobId: (await job())?.RestoreJobId,
          ValidationStatus: "SUCCESSFUL",
        }),
      );
      await at.sandbox.client.advance(180 * MINUTE_MS);
      expect(await instances()).toHaveLength(before);
      expect(await job()).toMatchObject({ ValidationStatus: "SUCCESSFUL", DeletionStatus: "SUCCESSFUL" });
      const { RestoreTestingPlan } = await backup().send(
        new GetRestoreTestingPlanCommand({ RestoreTestingPlanName: "weekly" }),
      );
      expect(RestoreTestingPlan?.LastExecutionTime).toBeInstanceOf(Date);
    });

    it("follow a changed schedule, and end with the plan", async () => {
      await backup().send(
        new UpdateRestoreTestingPlanCommand({
          RestoreTestingPlanName: "weekly",
          RestoreTestingPlan: { ScheduleExpression: "cron(0 1 * * ? *)" },
        }),
      );
      const count = async () =>
        (await backup().send(new ListRestoreJobsCommand({}))).RestoreJobs?.length ?? 0;
      const before = await count();
      await at.sandbox.client.advance(2 * DAY_MS);
      const after = await count();
      expect(after - before).toBe(2);
      const remove = () =>
        backup().send(new DeleteRestoreTestingPlanCommand({ RestoreTestingPlanName: "weekly" }));
      await expect(remove()).rejects.toMatchObject({ name: "InvalidRequestException" });
      await backup().send(
        new DeleteRestoreTestingSelectionCommand({
          RestoreTestingPlanName: "weekly",
          RestoreTestingSelectionName: "databases",
        }),
      );
      await remove();
      await at.sandbox.client.advance(2 * DAY_MS);
      expect(await count()).toBe(after);
    });
  });
});
