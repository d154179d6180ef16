import { ACMClient, ListCertificatesCommand } from "@aws-sdk/client-acm";
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { BackupClient, ListBackupPlansCommand, ListBackupVaultsCommand } from "@aws-sdk/client-backup";
import { BudgetsClient, DescribeBudgetsCommand } from "@aws-sdk/client-budgets";
import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  DescribeClustersCommand,
  ECSClient,
  ListClustersCommand,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { IAMClient, ListPoliciesCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import * as rds from "@aws-sdk/client-rds";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Sandbox } from "../../../sandbox/start.ts";
import { SANDBOX_CREDENTIALS } from "../../../sandbox/gateway/moto-port.ts";

type Names = readonly (string | undefined)[];
type Listing = (settings: Settings, account: string) => Promise<Names>;

interface Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: typeof SANDBOX_CREDENTIALS;
}

/** Everything of AWS that a stack can consist of: what is listed, in one region. */
const REGIONAL: Readonly<Record<string, Listing>> = {
  "acm certificate": async (to) =>
    (await new ACMClient(to).send(new ListCertificatesCommand({}))).CertificateSummaryList?.map(
      (each) => each.CertificateArn,
    ) ?? [],
  "application-autoscaling target": async (to) =>
    (
      await new ApplicationAutoScalingClient(to).send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }),
      )
    ).ScalableTargets?.map((each) => each.ResourceId) ?? [],
  "backup vault": async (to) =>
    (await new BackupClient(to).send(new ListBackupVaultsCommand({}))).BackupVaultList?.map(
      (each) => each.BackupVaultName,
    ) ?? [],
  "backup plan": async (to) =>
    (await new BackupClient(to).send(new ListBackupPlansCommand({}))).BackupPlansList?.map(
      (each) => each.BackupPlanName,
    ) ?? [],
  "monitoring alarm": async (to) =>
    (await new CloudWatchClient(to).send(new DescribeAlarmsCommand({}))).MetricAlarms?.map(
      (each) => each.AlarmName,
    ) ?? [],
  "monitoring dashboard": async (to) =>
    (await new CloudWatchClient(to).send(new ListDashboardsCommand({}))).DashboardEntries?.map(
      (each) => each.DashboardName,
    ) ?? [],
  "logs group": async (to) =>
    (await new CloudWatchLogsClient(to).send(new DescribeLogGroupsCommand({}))).logGroups?.map(
      (each) => each.logGroupName,
    ) ?? [],
  "ec2 vpc": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeVpcsCommand({}))).Vpcs?.map((each) => each.VpcId) ?? [],
  "ec2 subnet": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeSubnetsCommand({}))).Subnets?.map(
      (each) => each.SubnetId,
    ) ?? [],
  "ec2 security group": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeSecurityGroupsCommand({}))).SecurityGroups?.map(
      (each) => each.GroupId,
    ) ?? [],
  "ec2 address": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeAddressesCommand({}))).Addresses?.map(
      (each) => each.AllocationId,
    ) ?? [],
  // A gateway that is gone is listed for an hour.
  "ec2 nat gateway": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeNatGatewaysCommand({}))).NatGateways?.filter(
      (each) => each.State !== "deleted",
    ).map((each) => each.NatGatewayId) ?? [],
  "ec2 internet gateway": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeInternetGatewaysCommand({}))).InternetGateways?.map(
      (each) => each.InternetGatewayId,
    ) ?? [],
  "ec2 route table": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeRouteTablesCommand({}))).RouteTables?.map(
      (each) => each.RouteTableId,
    ) ?? [],
  "ec2 endpoint": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeVpcEndpointsCommand({}))).VpcEndpoints?.filter(
      (each) => each.State?.toLowerCase() !== "deleted",
    ).map((each) => each.VpcEndpointId) ?? [],
  "ec2 flow log": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeFlowLogsCommand({}))).FlowLogs?.map(
      (each) => each.FlowLogId,
    ) ?? [],
  "ec2 interface": async (to) =>
    (await new ec2.EC2Client(to).send(new ec2.DescribeNetworkInterfacesCommand({}))).NetworkInterfaces?.map(
      (each) => each.NetworkInterfaceId,
    ) ?? [],
  "ecr repository": async (to) =>
    (await new ECRClient(to).send(new DescribeRepositoriesCommand({}))).repositories?.map(
      (each) => each.repositoryName,
    ) ?? [],
  // A deleted cluster is inactive for a while.
  "ecs cluster": async (to) => {
    const client = new ECSClient(to);
    const { clusterArns: clusters = [] } = await client.send(new ListClustersCommand({}));
    const described = await client.send(new DescribeClustersCommand({ clusters }));
    return (
      described.clusters?.filter((each) => each.status === "ACTIVE").map((each) => each.clusterArn) ?? []
    );
  },
  "ecs task definition": async (to) =>
    (await new ECSClient(to).send(new ListTaskDefinitionsCommand({ status: "ACTIVE" }))).taskDefinitionArns ??
    [],
  "elasticloadbalancing balancer": async (to) =>
    (
      await new elb.ElasticLoadBalancingV2Client(to).send(new elb.DescribeLoadBalancersCommand({}))
    ).LoadBalancers?.map((each) => each.LoadBalancerName) ?? [],
  "elasticloadbalancing target group": async (to) =>
    (
      await new elb.ElasticLoadBalancingV2Client(to).send(new elb.DescribeTargetGroupsCommand({}))
    ).TargetGroups?.map((each) => each.TargetGroupName) ?? [],
  "events rule": async (to) =>
    (await new EventBridgeClient(to).send(new ListRulesCommand({}))).Rules?.map((each) => each.Name) ?? [],
  // A key can't be deleted at once: one that waits for it is gone for everybody who would use it.
  "kms key": async (to) => {
    const client = new KMSClient(to);
    const { Keys = [] } = await client.send(new ListKeysCommand({}));
    const keys = await Promise.all(
      Keys.map(async ({ KeyId }) => (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata),
    );
    // moto makes AWS's own keys when somebody first looks for one; in AWS they belong to no stack either.
    const ours = keys.filter((key) => key?.Description !== "Default key");
    return ours.filter((key) => key?.KeyState !== "PendingDeletion").map((key) => key?.Arn);
  },
  "kms alias": async (to) =>
    (await new KMSClient(to).send(new ListAliasesCommand({}))).Aliases?.map((each) => each.AliasName) ?? [],
  "rds instance": async (to) =>
    (await new rds.RDSClient(to).send(new rds.DescribeDBInstancesCommand({}))).DBInstances?.map(
      (each) => each.DBInstanceIdentifier,
    ) ?? [],
  "rds snapshot": async (to) =>
    (await new rds.RDSClient(to).send(new rds.DescribeDBSnapshotsCommand({}))).DBSnapshots?.map(
      (each) => each.DBSnapshotIdentifier,
    ) ?? [],
  "rds automated backup": async (to) =>
    (
      await new rds.RDSClient(to).send(new rds.DescribeDBInstanceAutomatedBackupsCommand({}))
    ).DBInstanceAutomatedBackups?.map((each) => each.DBInstanceIdentifier) ?? [],
  "rds subnet group": async (to) =>
    (await new rds.RDSClient(to).send(new rds.DescribeDBSubnetGroupsCommand({}))).DBSubnetGroups?.map(
      (each) => each.DBSubnetGroupName,
    ) ?? [],
  "rds parameter group": async (to) =>
    (await new rds.RDSClient(to).send(new rds.DescribeDBParameterGroupsCommand({}))).DBParameterGroups?.map(
      (each) => each.DBParameterGroupName,
    ) ?? [],
  "secretsmanager secret": async (to) =>
    (await new SecretsManagerClient(to).send(new ListSecretsCommand({}))).SecretList?.map(
      (each) => each.Name,
    ) ?? [],
  "sns topic": async (to) =>
    (await new SNSClient(to).send(new ListTopicsCommand({}))).Topics?.map((each) => each.TopicArn) ?? [],
};

const GLOBAL: Readonly<Record<string, Listing>> = {
  "budgets budget": async (to, AccountId) =>
    (await new BudgetsClient(to).send(new DescribeBudgetsCommand({ AccountId }))).Budgets?.map(
      (each) => each.BudgetName,
    ) ?? [],
  "iam role": async (to) =>
    (await new IAMClient(to).send(new ListRolesCommand({}))).Roles?.map((each) => each.RoleName) ?? [],
  "iam policy": async (to) =>
    (await new IAMClient(to).send(new ListPoliciesCommand({ Scope: "Local" }))).Policies?.map(
      (each) => each.PolicyName,
    ) ?? [],
  "s3 bucket": async (to) =>
    (await new S3Client(to).send(new ListBucketsCommand({}))).Buckets?.map((each) => each.Name) ?? [],
};

/** Signing names of the services whose resources are listed. */
export const LISTED_SERVICES: ReadonlySet<string> = new Set(
  [...Object.keys(REGIONAL), ...Object.keys(GLOBAL)].map((kind) => kind.split(" ")[0] ?? ""),
);

/** All there is in an account, a line each: `eu-west-1 rds instance shop-prod-database`. */
export async function inventory(sandbox: Sandbox, regions: readonly string[]): Promise<string[]> {
  const list = async (where: string, region: string, listings: typeof REGIONAL): Promise<string[]> => {
    const settings = { endpoint: sandbox.url, region, credentials: SANDBOX_CREDENTIALS };
    const lines = await Promise.all(
      Object.entries(listings).map(async ([kind, listing]) =>
        (await listing(settings, sandbox.account)).map((name) => `${where} ${kind} ${name ?? "?"}`),
      ),
    );
    return lines.flat();
  };
  const lines = await Promise.all([
    list("global", "us-east-1", GLOBAL),
    ...regions.map((region) => list(region, region, REGIONAL)),
  ]);
  return lines.flat().toSorted();
}

/** What is there now and was not there before. */
export const added = (before: readonly string[], after: readonly string[]): string[] =>
  after.filter((line) => !before.includes(line));

/** The same without backups: they go on meanwhile, and are nobody's doing. */
export const made = (before: readonly string[], after: readonly string[]): string[] =>
  added(before, after).filter((line) => !/rds snapshot (awsbackup|rds):/.test(line));
