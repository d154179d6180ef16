import { ACMClient, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import {
  BackupClient,
  ListBackupJobsCommand,
  type ListBackupJobsCommandInput,
  ListBackupVaultsCommand,
  ListCopyJobsCommand,
  type ListCopyJobsCommandInput,
  ListRecoveryPointsByBackupVaultCommand,
} from "@aws-sdk/client-backup";
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { DescribeAddressesCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeImagesCommand,
  DescribeRegistryCommand,
  ECRClient,
  type ImageIdentifier,
} from "@aws-sdk/client-ecr";
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import { DescribeClusterCommand, DescribeNodegroupCommand, EKSClient } from "@aws-sdk/client-eks";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  DescribeAccountAttributesCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBSnapshotsCommand,
  type DescribeDBSnapshotsCommandInput,
  DescribeOrderableDBInstanceOptionsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import {
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { callsOf, once, type Patience } from "./sdk-calls.ts";

export type { CertificateDetail } from "@aws-sdk/client-acm";
export type { BackupJob, CopyJob, RecoveryPointByBackupVault } from "@aws-sdk/client-backup";
export type { DBInstanceAutomatedBackup, DBSnapshot } from "@aws-sdk/client-rds";
export type { ServiceQuota } from "@aws-sdk/client-service-quotas";

/** The calls that recovery makes in a region, and no others. Endpoint and credentials are the SDK's own business. */
export type Sdk = ReturnType<typeof sdkOf>;

const PAGE = 100;

/** Clients are made when they are first asked: most commands need a few. */
export function sdkOf(region: string, patience: Patience) {
  const { settings, options } = callsOf(region, patience);
  const acm = once(() => new ACMClient(settings));
  const autoscaling = once(() => new AutoScalingClient(settings));
  const backup = once(() => new BackupClient(settings));
  const cloudwatch = once(() => new CloudWatchClient(settings));
  const ec2 = once(() => new EC2Client(settings));
  const ecr = once(() => new ECRClient(settings));
  const ecs = once(() => new ECSClient(settings));
  const eks = once(() => new EKSClient(settings));
  const elb = once(() => new ElasticLoadBalancingV2Client(settings));
  const kms = once(() => new KMSClient(settings));
  const quotas = once(() => new ServiceQuotasClient(settings));
  const rds = once(() => new RDSClient(settings));
  const route53 = once(() => new Route53Client(settings));
  const s3 = once(() => new S3Client(settings));
  const sns = once(() => new SNSClient(settings));
  return {
    region,

    callerIdentity: async () => {
      const client = new STSClient(settings);
      let response: unknown;
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          ({ response } = result);
          return result;
        },
        // The raw response: its Date header is AWS's clock.
        { step: "deserialize", priority: "low", name: "keepResponse" },
      );
      const identity = await client.send(new GetCallerIdentityCommand({}), options);
      const { expiration } = await client.config.credentials();
      return { identity, response, expiration };
    },

    listRecoveryPoints: (BackupVaultName: string, NextToken?: string) =>
      backup().send(
        new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName, NextToken, MaxResults: PAGE }),
        options,
      ),
    listVaults: (NextToken?: string) =>
      backup().send(new ListBackupVaultsCommand({ NextToken, MaxResults: PAGE }), options),
    listBackupJobs: (input: ListBackupJobsCommandInput) =>
      backup().send(new ListBackupJobsCommand(input), options),
    listCopyJobs: (input: ListCopyJobsCommandInput) => backup().send(new ListCopyJobsCommand(input), options),

    describeSnapshots: (input: DescribeDBSnapshotsCommandInput) =>
      rds().send(new DescribeDBSnapshotsCommand(input), options),
    describeAutomatedBackups: (Marker?: string) =>
      rds().send(new DescribeDBInstanceAutomatedBackupsCommand({ Marker, MaxRecords: PAGE }), options),
    describeOrderable: (DBInstanceClass: string, Marker?: string) =>
      rds().send(
        new DescribeOrderableDBInstanceOptionsCommand({
          Engine: "postgres",
          DBInstanceClass,
          Vpc: true,
          Marker,
          MaxRecords: PAGE,
        }),
        options,
      ),
    describeAccountAttributes: () => rds().send(new DescribeAccountAttributesCommand({}), options),

    describeKey: (KeyId: string) => kms().send(new DescribeKeyCommand({ KeyId }), options),
    describeCertificate: (CertificateArn: string) =>
      acm().send(new DescribeCertificateCommand({ CertificateArn }), options),

    describeImages: (repositoryName: string, imageId: ImageIdentifier) =>
      ecr().send(new DescribeImagesCommand({ repositoryName, imageIds: [imageId] }), options),
    taggedImages: (repositoryName: string, nextToken: string | undefined) =>
      ecr().send(
        new DescribeImagesCommand({ repositoryName, filter: { tagStatus: "TAGGED" }, nextToken }),
        options,
      ),
    describeRegistry: () => ecr().send(new DescribeRegistryCommand({}), options),

    describeService: (cluster: string, service: string) =>
      ecs().send(new DescribeServicesCommand({ cluster, services: [service] }), options),
    listTasks: (cluster: string, serviceName: string) =>
      ecs().send(new ListTasksCommand({ cluster, serviceName, desiredStatus: "RUNNING" }), options),
    describeTasks: (cluster: string, tasks: string[]) =>
      ecs().send(new DescribeTasksCommand({ cluster, tasks }), options),

    describeInstanceGroup: (name: string) =>
      autoscaling().send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }), options),
    describeCluster: (name: string) => eks().send(new DescribeClusterCommand({ name }), options),
    describeNodeGroup: (clusterName: string, nodegroupName: string) =>
      eks().send(new DescribeNodegroupCommand({ clusterName, nodegroupName }), options),

    describeLoadBalancer: (name: string) =>
      elb().send(new DescribeLoadBalancersCommand({ Names: [name] }), options),
    describeListeners: (LoadBalancerArn: string) =>
      elb().send(new DescribeListenersCommand({ LoadBalancerArn }), options),
    describeTargetGroups: (LoadBalancerArn: string) =>
      elb().send(new DescribeTargetGroupsCommand({ LoadBalancerArn }), options),
    describeTargetHealth: (TargetGroupArn: string) =>
      elb().send(new DescribeTargetHealthCommand({ TargetGroupArn }), options),

    listSubscriptions: (TopicArn: string, NextToken?: string) =>
      sns().send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }), options),

    serviceQuota: (ServiceCode: string, QuotaCode: string) =>
      quotas().send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }), options),
    defaultQuota: (ServiceCode: string, QuotaCode: string) =>
      quotas().send(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode }), options),
    metric: (input: GetMetricStatisticsCommandInput) =>
      cloudwatch().send(new GetMetricStatisticsCommand(input), options),
    describeAddresses: () => ec2().send(new DescribeAddressesCommand({}), options),

    headObject: (Bucket: string, Key: string) => s3().send(new HeadObjectCommand({ Bucket, Key }), options),
    getObject: (Bucket: string, Key: string) => s3().send(new GetObjectCommand({ Bucket, Key }), options),
    listObjects: (Bucket: string, Prefix: string, ContinuationToken?: string) =>
      s3().send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }), options),
    putObject: (input: PutObjectCommandInput) => s3().send(new PutObjectCommand(input), options),
    deleteObject: (Bucket: string, Key: string) =>
      s3().send(new DeleteObjectCommand({ Bucket, Key }), options),

    listRecords: (HostedZoneId: string, StartRecordName: string) =>
      route53().send(new ListResourceRecordSetsCommand({ HostedZoneId, StartRecordName }), options),
    getHealthCheck: (HealthCheckId: string) =>
      route53().send(new GetHealthCheckCommand({ HealthCheckId }), options),
    getHostedZone: (Id: string) => route53().send(new GetHostedZoneCommand({ Id }), options),
    healthCheckStatus: (HealthCheckId: string) =>
      route53().send(new GetHealthCheckStatusCommand({ HealthCheckId }), options),
  };
}
