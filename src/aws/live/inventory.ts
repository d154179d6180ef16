import type { InventoryAws, NamedResource } from "../inventory.ts";
import type { InventorySdk } from "../sdk-inventory.ts";
import { allOf, ask } from "./ask.ts";
import { type Listing, paged } from "./listing.ts";
import { network } from "./network-inventory.ts";

/** Lists what exists, whoever made it. */
export function inventory(sdk: InventorySdk): InventoryAws {
  const { region } = sdk;
  return {
    async resourcesNamed(names) {
      const listings = [...databases(sdk), ...serving(sdk), ...reports(sdk), ...around(sdk), ...network(sdk)];
      const found = await Promise.all(
        listings.map(async ({ kind, action, list }) =>
          (await ask(action, region, () => list(names))).map((name): NamedResource => ({ kind, name })),
        ),
      );
      return found.flat();
    },
    async removeLogGroup(name) {
      await ask("logs:DeleteLogGroup", region, () => sdk.deleteLogGroup(name), ["ResourceNotFoundException"]);
    },
  };
}

const databases = (sdk: InventorySdk): readonly Listing[] => [
  paged(
    "database",
    "rds:DescribeDBInstances",
    (_, token) => sdk.databases(token),
    (page) => page.DBInstances,
    (page) => page.Marker,
    (one) => [one.DBInstanceIdentifier],
  ),
  paged(
    "snapshot",
    "rds:DescribeDBSnapshots",
    (_, token) => sdk.snapshots(token),
    (page) => page.DBSnapshots,
    (page) => page.Marker,
    (one) => [one.DBSnapshotIdentifier, one.DBInstanceIdentifier],
  ),
  paged(
    "automated backup",
    "rds:DescribeDBInstanceAutomatedBackups",
    (_, token) => sdk.automatedBackups(token),
    (page) => page.DBInstanceAutomatedBackups,
    (page) => page.Marker,
    (one) => [one.DBInstanceIdentifier],
  ),
  paged(
    "subnet group",
    "rds:DescribeDBSubnetGroups",
    (_, token) => sdk.subnetGroups(token),
    (page) => page.DBSubnetGroups,
    (page) => page.Marker,
    (one) => [one.DBSubnetGroupName],
  ),
  paged(
    "parameter group",
    "rds:DescribeDBParameterGroups",
    (_, token) => sdk.parameterGroups(token),
    (page) => page.DBParameterGroups,
    (page) => page.Marker,
    (one) => [one.DBParameterGroupName],
  ),
  paged(
    "secret",
    "secretsmanager:ListSecrets",
    (_, token) => sdk.secrets(token),
    (page) => page.SecretList,
    (page) => page.NextToken,
    // A password that RDS manages names its database in a tag only.
    (one) => [one.Name, ...(one.Tags ?? []).map(({ Value }) => Value)],
  ),
];

const serving = (sdk: InventorySdk): readonly Listing[] => [
  paged(
    "cluster",
    "ecs:DescribeClusters",
    ({ prefix }) => sdk.cluster(prefix),
    // One that was deleted is described for a while.
    (page) => page.clusters?.filter(({ status }) => status !== "INACTIVE"),
    () => undefined,
    (one) => [one.clusterName],
  ),
  paged(
    "Auto Scaling group",
    "autoscaling:DescribeAutoScalingGroups",
    (_, token) => sdk.instanceGroups(token),
    (page) => page.AutoScalingGroups,
    (page) => page.NextToken,
    (one) => [one.AutoScalingGroupName],
  ),
  paged(
    "task definition",
    "ecs:ListTaskDefinitions",
    ({ prefix }, token) => sdk.taskDefinitions(`${prefix}-app`, token),
    (page) => page.taskDefinitionArns,
    (page) => page.nextToken,
    (arn) => [arn],
  ),
  paged(
    "cluster of Kubernetes",
    "eks:ListClusters",
    (_, token) => sdk.eksClusters(token),
    (page) => page.clusters,
    (page) => page.nextToken,
    (name) => [name],
  ),
  paged(
    "load balancer",
    "elasticloadbalancing:DescribeLoadBalancers",
    (_, token) => sdk.loadBalancers(token),
    (page) => page.LoadBalancers,
    (page) => page.NextMarker,
    (one) => [one.LoadBalancerName],
  ),
  paged(
    "target group",
    "elasticloadbalancing:DescribeTargetGroups",
    (_, token) => sdk.targetGroups(token),
    (page) => page.TargetGroups,
    (page) => page.NextMarker,
    (one) => [one.TargetGroupName],
  ),
];

const reports = (sdk: InventorySdk): readonly Listing[] => [
  {
    kind: "log group",
    action: "logs:DescribeLogGroups",
    list: async ({ prefix, path }) => {
      const beginnings = [
        path,
        `/aws/rds/instance/${prefix}-`,
        `/aws/ecs/containerinsights/${prefix}/`,
        `/aws/eks/${prefix}/`,
      ];
      const found = await Promise.all(
        beginnings.map((beginning) =>
          allOf(
            (token) => sdk.logGroups(beginning, token),
            (page) => page.logGroups,
            (page) => page.nextToken,
          ),
        ),
      );
      return found.flat().map(({ logGroupName = "" }) => logGroupName);
    },
  },
  paged(
    "alarm",
    "cloudwatch:DescribeAlarms",
    ({ prefix }, token) => sdk.alarms(`${prefix}-`, token),
    (page) => page.MetricAlarms,
    (page) => page.NextToken,
    (one) => [one.AlarmName],
  ),
  paged(
    "dashboard",
    "cloudwatch:ListDashboards",
    ({ prefix }) => sdk.dashboards(prefix),
    (page) => page.DashboardEntries,
    () => undefined,
    (one) => [one.DashboardName],
  ),
  paged(
    "topic",
    "sns:ListTopics",
    (_, token) => sdk.topics(token),
    (page) => page.Topics,
    (page) => page.NextToken,
    (one) => [one.TopicArn],
  ),
];

const around = (sdk: InventorySdk): readonly Listing[] => [
  paged(
    "key alias",
    "kms:ListAliases",
    (_, token) => sdk.aliases(token),
    (page) => page.Aliases,
    (page) => page.NextMarker,
    (one) => [one.AliasName],
  ),
  paged(
    "bucket",
    "s3:ListAllMyBuckets",
    () => sdk.buckets(),
    (page) => page.Buckets,
    () => undefined,
    (one) => [one.Name],
  ),
  paged(
    "role",
    "iam:ListRoles",
    (_, token) => sdk.roles(token),
    (page) => page.Roles,
    (page) => page.Marker,
    (one) => [one.RoleName],
  ),
];
