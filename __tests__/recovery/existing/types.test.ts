import { describe, expect, it } from "vitest";
import type { RegionalAws } from "../../../src/aws/port.ts";
import { specsOf } from "../../../src/config/spec.ts";
import { existingOf, KNOWN_TYPES } from "../../../src/recovery/existing/types.ts";
import type { Values } from "../../../src/recovery/existing/values.ts";
import { activation } from "../../support/environments.ts";
import { exampleConfigurator, EXAMPLES } from "../../support/examples.ts";
import { memoryAws } from "../../support/memory-aws.ts";
import { loadBalancer } from "../../support/memory-service.ts";
import { templatesOf } from "../../support/synthesis.ts";

const PLACE = { region: "eu-central-1", accountId: "111122223333" };
const TAGS = { Project: "shop", Environment: "dr", Name: "shop-dr-thing", Owner: "platform-team" };
const rule = { id: "sgr-1", protocol: "tcp", fromPort: 443, toPort: 443, peer: "0.0.0.0/0", isEgress: false };

/** Arguments as a plan has them, and the id that `terraform import` takes of it, as the provider's documentation shows it. */
const NAMED: readonly (readonly [type: string, values: Values, id: string])[] = [
  ["aws_autoscaling_group", { name: "shop-dr-servers" }, "shop-dr-servers"],
  ["aws_backup_restore_testing_plan", { name: "shop_dr" }, "shop_dr"],
  [
    "aws_backup_restore_testing_selection",
    { name: "rds", restore_testing_plan_name: "shop_dr" },
    "rds:shop_dr",
  ],
  ["aws_backup_vault", { name: "shop-dr-backup" }, "shop-dr-backup"],
  ["aws_budgets_budget", { name: "shop-dr-monthly" }, "111122223333:shop-dr-monthly"],
  ["aws_cloudwatch_dashboard", { dashboard_name: "shop-dr" }, "shop-dr"],
  ["aws_cloudwatch_event_rule", { name: "shop-dr-failures" }, "shop-dr-failures"],
  ["aws_cloudwatch_event_target", { rule: "shop-dr-failures", target_id: "topic" }, "shop-dr-failures/topic"],
  ["aws_cloudwatch_log_group", { name: "/shop/dr/app" }, "/shop/dr/app"],
  ["aws_cloudwatch_metric_alarm", { alarm_name: "shop-dr-cpu" }, "shop-dr-cpu"],
  ["aws_db_parameter_group", { name: "shop-dr-postgres17" }, "shop-dr-postgres17"],
  ["aws_db_subnet_group", { name: "shop-dr-database" }, "shop-dr-database"],
  ["aws_ecr_repository", { name: "shop-dr" }, "shop-dr"],
  ["aws_ecs_capacity_provider", { name: "instances-shop-dr" }, "instances-shop-dr"],
  ["aws_ecs_cluster", { name: "shop-dr" }, "shop-dr"],
  [
    "aws_ecs_service",
    { name: "app", cluster: "arn:aws:ecs:eu-central-1:111122223333:cluster/shop-dr" },
    "shop-dr/app",
  ],
  [
    "aws_eks_access_entry",
    { cluster_name: "shop-dr", principal_arn: "arn:aws:iam::111122223333:role/deploy" },
    "shop-dr:arn:aws:iam::111122223333:role/deploy",
  ],
  ["aws_eks_addon", { cluster_name: "shop-dr", addon_name: "coredns" }, "shop-dr:coredns"],
  ["aws_eks_cluster", { name: "shop-dr" }, "shop-dr"],
  ["aws_eks_node_group", { cluster_name: "shop-dr", node_group_name: "nodes" }, "shop-dr:nodes"],
  ["aws_iam_instance_profile", { name: "shop-dr-server" }, "shop-dr-server"],
  ["aws_iam_role", { name: "shop-dr-task" }, "shop-dr-task"],
  ["aws_iam_role_policy", { role: "shop-dr-task", name: "start" }, "shop-dr-task:start"],
  ["aws_kms_alias", { name: "alias/shop-dr-data" }, "alias/shop-dr-data"],
  ["aws_route", { route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0" }, "rtb-1_0.0.0.0/0"],
  ["aws_route_table_association", { subnet_id: "subnet-1", route_table_id: "rtb-1" }, "subnet-1/rtb-1"],
  ["aws_s3_bucket", { bucket: "shop-dr-logs" }, "shop-dr-logs"],
  ["aws_sns_topic", { name: "shop-dr-alerts" }, "arn:aws:sns:eu-central-1:111122223333:shop-dr-alerts"],
  ["aws_ssm_parameter", { name: "/shop/dr/database" }, "/shop/dr/database"],
];

/** What AWS is asked for a type, what it answers, and the id that follows. */
const LOOKED_UP: readonly (readonly [
  type: string,
  values: Values,
  answer: Partial<RegionalAws>,
  ids: readonly string[],
])[] = [
  ...(
    [
      ["aws_eip", "elastic-ip"],
      ["aws_flow_log", "vpc-flow-log"],
      ["aws_internet_gateway", "internet-gateway"],
      ["aws_launch_template", "launch-template"],
      ["aws_nat_gateway", "natgateway"],
      ["aws_route_table", "route-table"],
      ["aws_security_group", "security-group"],
      ["aws_subnet", "subnet"],
      ["aws_vpc", "vpc"],
      ["aws_vpc_endpoint", "vpc-endpoint"],
    ] as const
  ).map(
    ([type, resourceType]) =>
      [
        type,
        { tags_all: TAGS },
        // An owner's tags and a name: what else is on it may have been changed in the files since.
        {
          taggedIds: async (asked: string, tags: Readonly<Record<string, string>>) =>
            asked === resourceType && Object.keys(tags).toSorted().join() === "Environment,Name,Project"
              ? [`${asked}-1`]
              : [],
        },
        [`${resourceType}-1`],
      ] as const,
  ),
  ["aws_lb", { name: "shop-dr" }, { loadBalancer: async () => loadBalancer }, [loadBalancer.arn]],
  [
    "aws_lb_target_group",
    { name: "shop-dr-1" },
    { targetGroupArns: async (name) => [`arn:${name}`] },
    ["arn:shop-dr-1"],
  ],
  [
    "aws_lb_listener",
    { load_balancer_arn: "arn:lb", port: 443 },
    { listenerArns: async (arn, port) => [`${arn}:${port}`] },
    ["arn:lb:443"],
  ],
  [
    "aws_backup_plan",
    { name: "shop-dr-database" },
    { backupPlanIds: async (name) => [`plan of ${name}`] },
    ["plan of shop-dr-database"],
  ],
  [
    "aws_backup_selection",
    { plan_id: "plan-1", name: "shop-dr-database" },
    { backupSelectionIds: async (plan, name) => [`${plan} ${name}`] },
    ["plan-1|plan-1 shop-dr-database"],
  ],
  [
    "aws_ecs_task_definition",
    { family: "shop-dr-app" },
    { taskDefinitionArns: async (family) => [`${family}:1`] },
    ["shop-dr-app:1"],
  ],
  [
    "aws_eks_pod_identity_association",
    { cluster_name: "shop-dr", namespace: "app", service_account: "app" },
    { podIdentityIds: async (...asked) => [`a-${asked.join("-")}`] },
    ["shop-dr,a-shop-dr-app-app"],
  ],
  [
    "aws_db_instance_automated_backups_replication",
    { source_db_instance_arn: "arn:aws:rds:eu-west-1:111122223333:db:shop-prod-database" },
    {},
    ["arn:aws:rds:eu-central-1:111122223333:auto-backup:ab-1"],
  ],
  [
    "aws_vpc_security_group_ingress_rule",
    { security_group_id: "sg-1", ip_protocol: "tcp", from_port: 443, to_port: 443, cidr_ipv4: "0.0.0.0/0" },
    {
      securityGroupRules: async () => [
        { ...rule, id: "sgr-port", toPort: 444 },
        { ...rule, id: "sgr-from", fromPort: 442 },
        { ...rule, id: "sgr-peer", peer: "10.0.0.0/8" },
        { ...rule, id: "sgr-protocol", protocol: "udp" },
        { ...rule, id: "sgr-out", isEgress: true },
        rule,
      ],
    },
    ["sgr-1"],
  ],
  [
    "aws_vpc_security_group_egress_rule",
    { security_group_id: "sg-1", ip_protocol: "-1", referenced_security_group_id: "sg-2" },
    {
      securityGroupRules: async () => [
        { ...rule, protocol: "-1", fromPort: -1, toPort: -1, peer: "sg-2" },
        { id: "sgr-2", isEgress: true, protocol: "-1", fromPort: -1, toPort: -1, peer: "sg-2" },
      ],
    },
    ["sgr-2"],
  ],
];

/** AWS lets these be made twice without a word. */
const MADE_TWICE = new Set([
  "aws_backup_plan",
  "aws_backup_selection",
  "aws_eip",
  "aws_internet_gateway",
  "aws_nat_gateway",
  "aws_route_table",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
]);

const typesBy = (by: string): readonly string[] => KNOWN_TYPES.filter((type) => existingOf(type)?.by === by);

describe("what an apply that was cut off has made", () => {
  it("can be found, of every type that a stack has in any posture; no other is in the table", async () => {
    const found = new Set<string>();
    for (const example of EXAMPLES) {
      const configure = await exampleConfigurator(example);
      for (const changes of [{}, activation("restored"), activation("active")])
        for (const { resource } of templatesOf(specsOf(configure(changes))).values())
          for (const type of Object.keys(resource)) found.add(type);
    }
    expect(KNOWN_TYPES.toSorted()).toEqual([...found].toSorted());
  });

  it.each(NAMED)("is imported by its name: %s", (type, values, id) => {
    const row = existingOf(type);
    expect(row?.by === "name" && row.idOf(values, PLACE)).toBe(id);
    for (const name of Object.keys(values))
      expect(row?.by === "name" && row.idOf({ ...values, [name]: undefined }, PLACE)).toBeUndefined();
  });

  it.each(LOOKED_UP)("is looked up: %s", async (type, values, answer, ids) => {
    const row = existingOf(type);
    const aws = memoryAws({ standby: answer }).in("eu-central-1");
    if (row?.by !== "look-up") throw new Error(`${type} is not looked up`);
    expect(await row.idsOf(values, aws)).toEqual(ids);
    expect(await row.idsOf({}, aws)).toEqual([]);
    expect(row.isUnique).toBe(!MADE_TWICE.has(type));
  });

  it("has a case in this test for each row", () => {
    expect(NAMED.map(([type]) => type).toSorted()).toEqual(typesBy("name"));
    expect(LOOKED_UP.map(([type]) => type).toSorted()).toEqual(typesBy("look-up"));
    expect(typesBy("take-up")).toEqual(["aws_db_instance"]);
  });

  it.each(["Project", "Environment", "Name"])("is not found without its tag %s", async (key) => {
    const row = existingOf("aws_vpc");
    if (row?.by !== "look-up") throw new Error("a VPC is looked up");
    const aws = memoryAws({ standby: { taggedIds: async () => ["vpc-1"] } }).in("eu-central-1");
    expect(await row.idsOf({ tags_all: TAGS }, aws)).toEqual(["vpc-1"]);
    const others = Object.fromEntries(Object.entries(TAGS).filter(([name]) => name !== key));
    expect(await row.idsOf({ tags_all: others }, aws)).toEqual([]);
  });
});
