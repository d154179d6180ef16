import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import {
  DescribeAddressesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeNatGatewaysCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { DescribeClustersCommand, ECSClient, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { EKSClient, ListClustersCommand as ListEksClustersCommand } from "@aws-sdk/client-eks";
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
import {
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { callsOf, once, type Patience } from "./sdk-calls.ts";

/** The calls that list what exists, and no others but the one that deletes a log group. */
export type InventorySdk = ReturnType<typeof inventorySdkOf>;

const PAGE = 100;

/** Clients are made when they are first asked. */
export function inventorySdkOf(region: string, patience: Patience) {
  const { settings, options } = callsOf(region, patience);
  const autoscaling = once(() => new AutoScalingClient(settings));
  const cloudwatch = once(() => new CloudWatchClient(settings));
  const logs = once(() => new CloudWatchLogsClient(settings));
  const ec2 = once(() => new EC2Client(settings));
  const ecs = once(() => new ECSClient(settings));
  const eks = once(() => new EKSClient(settings));
  const elb = once(() => new ElasticLoadBalancingV2Client(settings));
  const iam = once(() => new IAMClient(settings));
  const kms = once(() => new KMSClient(settings));
  const rds = once(() => new RDSClient(settings));
  const s3 = once(() => new S3Client(settings));
  const secrets = once(() => new SecretsManagerClient(settings));
  const sns = once(() => new SNSClient(settings));
  return {
    region,
    databases: (Marker?: string) => rds().send(new DescribeDBInstancesCommand({ Marker }), options),
    snapshots: (Marker?: string) => rds().send(new DescribeDBSnapshotsCommand({ Marker }), options),
    automatedBackups: (Marker?: string) =>
      rds().send(new DescribeDBInstanceAutomatedBackupsCommand({ Marker }), options),
    subnetGroups: (Marker?: string) => rds().send(new DescribeDBSubnetGroupsCommand({ Marker }), options),
    parameterGroups: (Marker?: string) =>
      rds().send(new DescribeDBParameterGroupsCommand({ Marker }), options),
    secrets: (NextToken?: string) =>
      secrets().send(
        new ListSecretsCommand({ NextToken, MaxResults: PAGE, IncludePlannedDeletion: true }),
        options,
      ),
    cluster: (name: string) => ecs().send(new DescribeClustersCommand({ clusters: [name] }), options),
    instanceGroups: (NextToken?: string) =>
      autoscaling().send(new DescribeAutoScalingGroupsCommand({ NextToken }), options),
    taskDefinitions: (familyPrefix: string, nextToken?: string) =>
      ecs().send(new ListTaskDefinitionsCommand({ familyPrefix, nextToken, status: "ACTIVE" }), options),
    eksClusters: (nextToken?: string) => eks().send(new ListEksClustersCommand({ nextToken }), options),
    loadBalancers: (Marker?: string) => elb().send(new DescribeLoadBalancersCommand({ Marker }), options),
    targetGroups: (Marker?: string) => elb().send(new DescribeTargetGroupsCommand({ Marker }), options),
    logGroups: (logGroupNamePrefix: string, nextToken?: string) =>
      logs().send(new DescribeLogGroupsCommand({ logGroupNamePrefix, nextToken }), options),
    deleteLogGroup: (logGroupName: string) =>
      logs().send(new DeleteLogGroupCommand({ logGroupName }), options),
    alarms: (AlarmNamePrefix: string, NextToken?: string) =>
      cloudwatch().send(new DescribeAlarmsCommand({ AlarmNamePrefix, NextToken }), options),
    dashboards: (DashboardNamePrefix: string) =>
      cloudwatch().send(new ListDashboardsCommand({ DashboardNamePrefix }), options),
    topics: (NextToken?: string) => sns().send(new ListTopicsCommand({ NextToken }), options),
    aliases: (Marker?: string) => kms().send(new ListAliasesCommand({ Marker }), options),
    buckets: () => s3().send(new ListBucketsCommand({}), options),
    roles: (Marker?: string) => iam().send(new ListRolesCommand({ Marker }), options),
    vpcs: (tag: string, NextToken?: string) =>
      ec2().send(new DescribeVpcsCommand({ NextToken, Filters: tagged(tag) }), options),
    addresses: (tag: string) => ec2().send(new DescribeAddressesCommand({ Filters: tagged(tag) }), options),
    natGateways: (tag: string, NextToken?: string) =>
      ec2().send(new DescribeNatGatewaysCommand({ NextToken, Filter: tagged(tag) }), options),
    volumes: (tag: string, NextToken?: string) =>
      ec2().send(new DescribeVolumesCommand({ NextToken, Filters: tagged(tag) }), options),
    launchTemplates: (NextToken?: string) =>
      ec2().send(new DescribeLaunchTemplatesCommand({ NextToken }), options),
  };
}

const tagged = (value: string) => [{ Name: "tag:Drill", Values: [value] }];
