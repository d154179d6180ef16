import type { InventoryAws, NamedResource, ResourceNames } from "../inventory.ts";
import type { InventorySdk } from "../sdk-inventory.ts";
import { allOf, ask } from "./ask.ts";

/** A kind of resource, and how those of a name are listed. */
interface Listing {
  readonly kind: string;
  readonly action: string;
  readonly list: (names: ResourceNames) => Promise<readonly string[]>;
}

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

/** A listing in pages; a resource may be known by several names. */
const paged = <Page, Item>(
  kind: string,
  action: string,
  page: (names: ResourceNames, token: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  tokenOf: (page: Page) => string | undefined,
  namesOf: (item: Item) => readonly (string | undefined)[],
): Listing => ({
  kind,
  action,
  list: async (names) => {
    const items = await allOf((token) => page(names, token), itemsOf, tokenOf);
    return items.flatMap((item) => {
      const [name = "", ...others] = namesOf(item);
      return [name, ...others].some((one) => begins(one, names)) ? [name] : [];
    });
  },
});

/** `shop-dr-drill`, `alias/shop-dr-drill-data`, `arn:...:db:shop-dr-drill-database`; not `shop-dr-drills`. */
const begins = (name: string | undefined, { prefix }: ResourceNames): boolean =>
  name?.split(/[/:]/).some((part) => part === prefix || part.startsWith(`${prefix}-`)) ?? false;

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

/** Found by their tag, for want of names. Whatever else a network consists of is gone when the network is. */
const network = (sdk: InventorySdk): readonly Listing[] => [
  tagged(
    "VPC",
    "ec2:DescribeVpcs",
    (tag, token) => sdk.vpcs(tag, token),
    (page) => page.Vpcs?.map(({ VpcId }) => VpcId),
    (page) => page.NextToken,
  ),
  tagged(
    "Elastic IP address",
    "ec2:DescribeAddresses",
    (tag) => sdk.addresses(tag),
    (page) => page.Addresses?.map(({ AllocationId }) => AllocationId),
    () => undefined,
  ),
  tagged(
    "NAT gateway",
    "ec2:DescribeNatGateways",
    (tag, token) => sdk.natGateways(tag, token),
    // One that was deleted is described for an hour.
    (page) =>
      page.NatGateways?.filter(({ State }) => State !== "deleted").map(({ NatGatewayId }) => NatGatewayId),
    (page) => page.NextToken,
  ),
  tagged(
    "volume",
    "ec2:DescribeVolumes",
    (tag, token) => sdk.volumes(tag, token),
    (page) => page.Volumes?.map(({ VolumeId }) => VolumeId),
    (page) => page.NextToken,
  ),
  paged(
    "launch template",
    "ec2:DescribeLaunchTemplates",
    (_, token) => sdk.launchTemplates(token),
    (page) => page.LaunchTemplates,
    (page) => page.NextToken,
    (one) => [one.LaunchTemplateName],
  ),
];

/** A listing by the tag of a drill's copy. */
const tagged = <Page>(
  kind: string,
  action: string,
  page: (tag: string, token: string | undefined) => Promise<Page>,
  idsOf: (page: Page) => readonly (string | undefined)[] | undefined,
  tokenOf: (page: Page) => string | undefined,
): Listing => ({
  kind,
  action,
  list: async ({ tag }) => {
    const ids = await allOf((token) => page(tag, token), idsOf, tokenOf);
    return ids.map((id) => id ?? "");
  },
});
