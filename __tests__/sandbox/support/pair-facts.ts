import { BackupClient, ListRecoveryPointsByBackupVaultCommand } from "@aws-sdk/client-backup";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Sandbox } from "../../../sandbox/start.ts";
import { SANDBOX_CREDENTIALS } from "../../../sandbox/gateway/moto-port.ts";

/** What AWS has of a pair in each of its regions. */
export class PairFacts {
  private readonly sandbox: Pick<Sandbox, "url" | "client">;

  constructor(sandbox: Pick<Sandbox, "url" | "client">) {
    this.sandbox = sandbox;
  }

  private settings(region: string) {
    return { region, endpoint: this.sandbox.url, credentials: SANDBOX_CREDENTIALS };
  }

  async recoveryPoints(region: string, BackupVaultName: string) {
    const { RecoveryPoints = [] } = await new BackupClient(this.settings(region)).send(
      new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName }),
    );
    return RecoveryPoints;
  }

  async keyArn(region: string, alias: string): Promise<string | undefined> {
    const { KeyMetadata } = await new KMSClient(this.settings(region)).send(
      new DescribeKeyCommand({ KeyId: alias }),
    );
    return KeyMetadata?.Arn;
  }

  async imageDigests(region: string, repositoryName: string): Promise<readonly (string | undefined)[]> {
    const { imageDetails = [] } = await new ECRClient(this.settings(region)).send(
      new DescribeImagesCommand({ repositoryName }),
    );
    return imageDetails.map(({ imageDigest }) => imageDigest);
  }

  async object(region: string, Bucket: string, Key: string) {
    const s3 = new S3Client({ ...this.settings(region), forcePathStyle: true });
    const { Body, SSEKMSKeyId, ReplicationStatus } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return { text: await Body?.transformToString(), keyArn: SSEKMSKeyId, status: ReplicationStatus };
  }

  async alarm(region: string, name: string): Promise<MetricAlarm> {
    const { MetricAlarms: [alarm] = [] } = await new CloudWatchClient(this.settings(region)).send(
      new DescribeAlarmsCommand({ AlarmNames: [name] }),
    );
    if (alarm === undefined) throw new Error(`no alarm ${name} in ${region}`);
    return alarm;
  }

  /** What an alarm on a sum sees in all its periods together: moto judges no metric, so a test does. */
  async sumSeenBy(region: string, alarm: MetricAlarm): Promise<number> {
    const { now } = await this.sandbox.client.clock();
    const seconds = (alarm.Period ?? 0) * (alarm.EvaluationPeriods ?? 0);
    const { Datapoints = [] } = await new CloudWatchClient(this.settings(region)).send(
      new GetMetricStatisticsCommand({
        Namespace: alarm.Namespace,
        MetricName: alarm.MetricName,
        Dimensions: alarm.Dimensions,
        StartTime: new Date(now.getTime() - seconds * 1000),
        EndTime: now,
        Period: alarm.Period,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  }
}
