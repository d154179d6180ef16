import {
  backupPlan,
  backupReplication,
  backupSelection,
  byTags,
  listener,
  loadBalancer,
  type LookUp,
  podIdentity,
  ruleOf,
  targetGroup,
  taskDefinition,
} from "./look-ups.ts";
import { joined, type Place, text, type Values } from "./values.ts";

/** How what an apply that was cut off has made comes into a state. */
export type Existing =
  /** Its id follows from its configuration. */
  | { readonly by: "name"; readonly idOf: (values: Values, place: Place) => string | undefined }
  /** AWS made its id up. `isUnique`: AWS refuses a second one; what it does not refuse is looked up before it is made. */
  | { readonly by: "look-up"; readonly isUnique: boolean; readonly idsOf: LookUp }
  /** Making it again overwrites it, gives the same thing, or one that nothing has to be done about. */
  | { readonly by: "making it again" }
  /** Its data makes it a matter of its own: `takeUpApply`. */
  | { readonly by: "take-up" };

const named = (...names: readonly string[]): Existing => ({
  by: "name",
  idOf: (values) => joined(values, ":", ...names),
});
const by = (idOf: (values: Values, place: Place) => string | undefined): Existing => ({ by: "name", idOf });
const unique = (idsOf: LookUp): Existing => ({ by: "look-up", isUnique: true, idsOf });
const madeTwice = (idsOf: LookUp): Existing => ({ by: "look-up", isUnique: false, idsOf });
const again: Existing = { by: "making it again" };

/** The last part of an ARN, where a configuration may have a name as well. */
const lastPart = (arn: string | undefined): string | undefined => arn?.split("/").at(-1);

const serviceId = (values: Values): string | undefined => {
  const [cluster, name] = [lastPart(text(values, "cluster")), text(values, "name")];
  return cluster === undefined || name === undefined ? undefined : `${cluster}/${name}`;
};

/**
 * Every type of the stacks. Ids as `terraform import` takes them.
 * https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs, the section "Import" of each
 */
const TYPES: ReadonlyMap<string, Existing> = new Map([
  ["aws_appautoscaling_policy", again],
  ["aws_appautoscaling_target", again],
  ["aws_autoscaling_attachment", again],
  ["aws_autoscaling_group", named("name")],
  ["aws_autoscaling_policy", again],
  ["aws_backup_plan", madeTwice(backupPlan)],
  ["aws_backup_restore_testing_plan", named("name")],
  ["aws_backup_restore_testing_selection", named("name", "restore_testing_plan_name")],
  ["aws_backup_selection", madeTwice(backupSelection)],
  ["aws_backup_vault", named("name")],
  ["aws_backup_vault_lock_configuration", again],
  ["aws_backup_vault_policy", again],
  [
    "aws_budgets_budget",
    by((values, { accountId }) => {
      const name = text(values, "name");
      return name === undefined ? undefined : `${accountId}:${name}`;
    }),
  ],
  ["aws_cloudwatch_dashboard", named("dashboard_name")],
  ["aws_cloudwatch_event_rule", named("name")],
  ["aws_cloudwatch_event_target", by((values) => joined(values, "/", "rule", "target_id"))],
  ["aws_cloudwatch_log_group", named("name")],
  ["aws_cloudwatch_metric_alarm", named("alarm_name")],
  ["aws_db_instance", { by: "take-up" }],
  ["aws_db_instance_automated_backups_replication", unique(backupReplication)],
  ["aws_db_parameter_group", named("name")],
  ["aws_db_subnet_group", named("name")],
  ["aws_default_security_group", again],
  ["aws_ecr_lifecycle_policy", again],
  ["aws_ecr_replication_configuration", again],
  ["aws_ecr_repository", named("name")],
  ["aws_ecs_capacity_provider", named("name")],
  ["aws_ecs_cluster", named("name")],
  ["aws_ecs_cluster_capacity_providers", again],
  ["aws_ecs_service", by(serviceId)],
  // An apply makes another revision, which AWS never refuses; a drill removes each.
  ["aws_ecs_task_definition", unique(taskDefinition)],
  ["aws_eip", madeTwice(byTags("elastic-ip"))],
  ["aws_eks_access_entry", named("cluster_name", "principal_arn")],
  ["aws_eks_access_policy_association", again],
  ["aws_eks_addon", named("cluster_name", "addon_name")],
  ["aws_eks_cluster", named("name")],
  ["aws_eks_node_group", named("cluster_name", "node_group_name")],
  ["aws_eks_pod_identity_association", unique(podIdentity)],
  ["aws_flow_log", unique(byTags("vpc-flow-log"))],
  ["aws_iam_instance_profile", named("name")],
  ["aws_iam_role", named("name")],
  ["aws_iam_role_policy", named("role", "name")],
  ["aws_internet_gateway", madeTwice(byTags("internet-gateway"))],
  ["aws_kms_alias", named("name")],
  // A key without an alias encrypts nothing, and no name tells it from another one.
  ["aws_kms_key", again],
  ["aws_launch_template", unique(byTags("launch-template"))],
  ["aws_lb", unique(loadBalancer)],
  ["aws_lb_listener", unique(listener)],
  ["aws_lb_target_group", unique(targetGroup)],
  ["aws_nat_gateway", madeTwice(byTags("natgateway"))],
  ["aws_route", by((values) => joined(values, "_", "route_table_id", "destination_cidr_block"))],
  // No recovery applies the stack that makes these two.
  ["aws_route53_health_check", again],
  ["aws_route53_record", again],
  ["aws_route_table", madeTwice(byTags("route-table"))],
  ["aws_route_table_association", by((values) => joined(values, "/", "subnet_id", "route_table_id"))],
  ["aws_s3_bucket", named("bucket")],
  ["aws_s3_bucket_lifecycle_configuration", again],
  ["aws_s3_bucket_logging", again],
  ["aws_s3_bucket_notification", again],
  ["aws_s3_bucket_ownership_controls", again],
  ["aws_s3_bucket_policy", again],
  ["aws_s3_bucket_public_access_block", again],
  ["aws_s3_bucket_replication_configuration", again],
  ["aws_s3_bucket_server_side_encryption_configuration", again],
  ["aws_s3_bucket_versioning", again],
  ["aws_s3_object", again],
  ["aws_security_group", unique(byTags("security-group"))],
  [
    "aws_sns_topic",
    by((values, { region, accountId }) => {
      const name = text(values, "name");
      return name === undefined ? undefined : `arn:aws:sns:${region}:${accountId}:${name}`;
    }),
  ],
  ["aws_sns_topic_policy", again],
  ["aws_sns_topic_subscription", again],
  ["aws_ssm_parameter", named("name")],
  ["aws_subnet", madeTwice(byTags("subnet"))],
  ["aws_vpc", madeTwice(byTags("vpc"))],
  ["aws_vpc_endpoint", madeTwice(byTags("vpc-endpoint"))],
  ["aws_vpc_security_group_egress_rule", unique(ruleOf("egress"))],
  ["aws_vpc_security_group_ingress_rule", unique(ruleOf("ingress"))],
  ["terraform_data", again],
]);

/** How one that exists already comes into a state; undefined of a type that no stack has. */
export const existingOf = (type: string): Existing | undefined => TYPES.get(type);

/** Every type that the table knows. */
export const KNOWN_TYPES: readonly string[] = [...TYPES.keys()];
