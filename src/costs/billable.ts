/** What AWS bills for a resource type. */
export interface Charge {
  /** What the bill counts; prices are left to Infracost. */
  readonly counts: string;
  /**
   * What Infracost makes of it: `itself` needs no figure of ours, `usage` needs one in `infracost/`, `nothing` has to be
   * priced by hand. As of Infracost 0.10.45.
   */
  readonly infracost: "itself" | "usage" | "nothing";
}

/** Resource types that cost money by being there or by being used. */
export const BILLABLE: Readonly<Record<string, Charge>> = {
  aws_backup_restore_testing_plan: {
    counts: "the test database while a test runs, and each restore test",
    infracost: "nothing",
  },
  aws_backup_vault: { counts: "GB of recovery points, and of copies sent to it", infracost: "usage" },
  aws_cloudwatch_dashboard: { counts: "dashboard", infracost: "itself" },
  aws_cloudwatch_log_group: { counts: "GB taken in, GB kept", infracost: "usage" },
  aws_cloudwatch_metric_alarm: { counts: "alarm", infracost: "itself" },
  aws_db_instance: { counts: "instance hours, GB of storage, GB of backups", infracost: "itself" },
  aws_db_instance_automated_backups_replication: {
    counts: "GB of snapshots and logs sent to and kept in the standby's region",
    infracost: "nothing",
  },
  aws_ecr_replication_configuration: {
    counts: "GB of images sent to the other region; the copies are stored there",
    infracost: "nothing",
  },
  aws_ecr_repository: { counts: "GB of images", infracost: "usage" },
  aws_ecs_service: { counts: "vCPU hours and GB hours of its tasks", infracost: "itself" },
  aws_eip: { counts: "hours of a public IPv4 address", infracost: "nothing" },
  aws_flow_log: { counts: "GB of flow records, counted by its log group", infracost: "usage" },
  aws_kms_key: { counts: "key, more after its first two rotations; requests", infracost: "itself" },
  aws_lb: { counts: "hours, capacity units; public IPv4 address hours of each zone", infracost: "usage" },
  aws_nat_gateway: { counts: "hours, GB through it", infracost: "usage" },
  aws_route53_health_check: {
    counts: "health check, more for HTTPS and short intervals",
    infracost: "usage",
  },
  aws_route53_record: { counts: "queries; none for aliases of load balancers", infracost: "usage" },
  aws_s3_bucket: { counts: "GB, requests", infracost: "usage" },
  aws_s3_bucket_replication_configuration: {
    counts: "GB sent to the other region, a request for each object",
    infracost: "nothing",
  },
  aws_sns_topic: { counts: "messages", infracost: "usage" },
  aws_vpc_endpoint: { counts: "hours in each zone and GB, if an interface", infracost: "usage" },
};

/** Resource types that cost nothing; a type in neither list fails the tests, so that somebody decides. */
export const FREE: ReadonlySet<string> = new Set([
  "aws_appautoscaling_policy",
  "aws_appautoscaling_target",
  "aws_backup_plan",
  "aws_backup_restore_testing_selection",
  "aws_backup_selection",
  "aws_backup_vault_lock_configuration",
  "aws_backup_vault_policy",
  "aws_budgets_budget",
  "aws_ce_cost_allocation_tag",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_db_parameter_group",
  "aws_db_subnet_group",
  "aws_default_security_group",
  "aws_ecr_lifecycle_policy",
  "aws_ecs_cluster",
  "aws_ecs_cluster_capacity_providers",
  "aws_ecs_task_definition",
  "aws_iam_openid_connect_provider",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_internet_gateway",
  "aws_kms_alias",
  "aws_lb_listener",
  "aws_lb_target_group",
  "aws_route",
  "aws_route_table",
  "aws_route_table_association",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_logging",
  "aws_s3_bucket_notification",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_security_group",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
  "terraform_data",
]);

/** Arguments of a billable resource that set its price. */
export const SIZES: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ["instance_class", "multi_az", "allocated_storage", "backup_retention_period"],
  aws_ecs_service: ["desired_count"],
  aws_route53_health_check: ["type", "request_interval"],
};

/** A gateway endpoint is a route, and free: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
export const isBillable = (type: string, body: Readonly<Record<string, unknown>>): boolean =>
  type in BILLABLE && !(type === "aws_vpc_endpoint" && body["vpc_endpoint_type"] !== "Interface");
