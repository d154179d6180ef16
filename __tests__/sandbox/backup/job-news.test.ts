import {
  DescribeBackupJobCommand,
  PutBackupVaultNotificationsCommand,
  StartBackupJobCommand,
  StopBackupJobCommand,
} from "@aws-sdk/client-backup";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  containing,
  DAY_MS,
  hasMoto,
  MINUTE_MS,
  PRIMARY,
  ProtectedDatabase,
} from "../support/protected-database.ts";

describe.skipIf(!hasMoto)("news of backup jobs", () => {
  let at: ProtectedDatabase;
  let sqs: SQSClient;
  let events: EventBridgeClient;
  let topicArn: string;
  let queueUrl: string;
  let databaseArn: string;
  let roleArn: string;

  beforeAll(async () => {
    at = await ProtectedDatabase.start();
    sqs = new SQSClient(at.settings(PRIMARY));
    events = new EventBridgeClient(at.settings(PRIMARY));
    const sns = new SNSClient(at.settings(PRIMARY));
    topicArn = (await sns.send(new CreateTopicCommand({ Name: "failures" }))).TopicArn ?? "";
    queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: "inbox" }))).QueueUrl ?? "";
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }),
    );
    await sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: "sqs",
        Endpoint: Attributes?.["QueueArn"],
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    const pattern = {
      source: ["aws.backup"],
      "detail-type": ["Backup Job State Change", "Copy Job State Change"],
      detail: { state: ["FAILED", "EXPIRED", "ABORTED"] },
    };
    await events.send(new PutRuleCommand({ Name: "failures", EventPattern: JSON.stringify(pattern) }));
    await events.send(new PutTargetsCommand({ Rule: "failures", Targets: [{ Id: "topic", Arn: topicArn }] }));
    const keyArn = await at.createKey(PRIMARY);
    roleArn = await at.createRole("backup");
    databaseArn = await at.createDatabase("orders", keyArn);
    await at.createVault(PRIMARY, "main", keyArn);
  });
  afterAll(() => at.sandbox.stop());

  const inbox = async (): Promise<unknown[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body = "" }): unknown => JSON.parse(Body));
  };
  const failToCopy = async (recoveryPointArn: string | undefined) =>
    at.copy({
      RecoveryPointArn: recoveryPointArn,
      SourceBackupVaultName: "main",
      DestinationBackupVaultArn: "arn:aws:backup:eu-central-1:123456789012:backup-vault:gone",
      IamRoleArn: roleArn,
    });

  it("reaches the targets of the rules that it fits, and no others (T28)", async () => {
    const backup = await at.backUp(databaseArn, "main", roleArn);
    expect(await inbox()).toEqual([]);
    const copy = await failToCopy(backup.RecoveryPointArn);
    expect(await inbox()).toMatchObject([
      {
        source: "aws.backup",
        "detail-type": "Copy Job State Change",
        account: "123456789012",
        region: PRIMARY,
        detail: {
          state: "FAILED",
          copyJobId: copy.CopyJobId,
          resourceType: "RDS",
          statusMessage: containing("gone"),
        },
      },
    ]);
  });

  it("reaches the topic that the vault names, for the events that it names", async () => {
    await at.backup().send(
      new PutBackupVaultNotificationsCommand({
        BackupVaultName: "main",
        SNSTopicArn: topicArn,
        BackupVaultEvents: ["BACKUP_JOB_COMPLETED"],
      }),
    );
    const { BackupJobId } = await at.backUp(databaseArn, "main", roleArn);
    expect(await inbox()).toMatchObject([{ event: "BACKUP_JOB_COMPLETED", backupJobId: BackupJobId }]);
  });

  it("is delivered when a caller puts it on the bus, which moto alone cannot do", async () => {
    const { FailedEntryCount } = await events.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: "aws.backup",
            DetailType: "Backup Job State Change",
            Detail: JSON.stringify({ state: "FAILED" }),
          },
          { Source: "somebody.else", DetailType: "Backup Job State Change", Detail: "{}" },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(0);
    expect(await inbox()).toMatchObject([{ source: "aws.backup" }]);
  });

  it("tells of a job that was stopped before it began, and one that runs can't be", async () => {
    const startAJob = async () => {
      const { BackupJobId } = await at.backup().send(
        new StartBackupJobCommand({
          BackupVaultName: "main",
          ResourceArn: databaseArn,
          IamRoleArn: roleArn,
        }),
      );
      return { BackupJobId };
    };
    const stopped = await startAJob();
    await at.backup().send(new StopBackupJobCommand(stopped));
    expect(await inbox()).toMatchObject([{ detail: { state: "ABORTED", backupJobId: stopped.BackupJobId } }]);
    const running = await startAJob();
    await at.sandbox.client.advance(5 * MINUTE_MS);
    await expect(at.backup().send(new StopBackupJobCommand(running))).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    await at.sandbox.client.advance(DAY_MS / 2);
    expect((await at.backup().send(new DescribeBackupJobCommand(stopped))).State).toBe("ABORTED");
    expect((await at.backup().send(new DescribeBackupJobCommand(running))).State).toBe("COMPLETED");
  });

  it("counts in CloudWatch, by type and by vault: a copy by the one that it goes to", async () => {
    const { now } = await at.sandbox.client.clock();
    const sum = async (MetricName: string, Name: string, Value: string) => {
      const { Datapoints = [] } = await new CloudWatchClient(at.settings(PRIMARY)).send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/Backup",
          MetricName,
          Dimensions: [{ Name, Value }],
          StartTime: new Date(now.getTime() - DAY_MS),
          EndTime: now,
          Period: 86_400,
          Statistics: ["Sum"],
        }),
      );
      return Datapoints.reduce((total, point) => total + (point.Sum ?? 0), 0);
    };
    expect(await sum("NumberOfBackupJobsCompleted", "BackupVaultName", "main")).toBe(3);
    expect(await sum("NumberOfCopyJobsFailed", "ResourceType", "RDS")).toBe(1);
    expect(await sum("NumberOfCopyJobsFailed", "BackupVaultName", "gone")).toBe(1);
    expect(await sum("NumberOfCopyJobsFailed", "BackupVaultName", "main")).toBe(0);
    expect(await sum("NumberOfCopyJobsCompleted", "ResourceType", "RDS")).toBe(0);
  });
});
