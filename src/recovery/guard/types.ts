/** What a resource holds that a new one in its place would not, by Terraform type. */
const STATEFUL: ReadonlyMap<string, string> = new Map([
  ["aws_backup_vault", "recovery points"],
  ["aws_cloudwatch_log_group", "logs"],
  ["aws_db_cluster_snapshot", "a database's data"],
  ["aws_db_instance", "a database's data"],
  ["aws_db_instance_automated_backups_replication", "the replicated backups"],
  ["aws_db_snapshot", "a database's data"],
  ["aws_db_snapshot_copy", "a database's data"],
  ["aws_dynamodb_table", "data"],
  ["aws_ebs_snapshot", "data"],
  ["aws_ebs_volume", "data"],
  ["aws_ecr_repository", "images"],
  ["aws_efs_file_system", "data"],
  ["aws_eks_cluster", "everything that runs on it"],
  ["aws_kms_key", "the way to read what it has encrypted"],
  ["aws_kms_external_key", "the way to read what it has encrypted"],
  ["aws_kms_replica_key", "the way to read what it has encrypted"],
  ["aws_rds_cluster", "a database's data"],
  ["aws_rds_cluster_instance", "a database's data"],
  ["aws_s3_bucket", "objects"],
  ["aws_s3_object", "an object"],
  ["aws_secretsmanager_secret", "a secret"],
  ["aws_secretsmanager_secret_version", "a secret"],
  ["aws_sns_topic", "confirmed subscriptions"],
  ["aws_sns_topic_subscription", "a confirmation that somebody has to give again"],
  ["aws_ssm_parameter", "a value"],
]);

/** What would be lost with a resource of a type; undefined where nothing would. */
export const holdings = (type: string): string | undefined => STATEFUL.get(type);

/** Every type that holds something. */
export const STATEFUL_TYPES: readonly string[] = [...STATEFUL.keys()];

/** A control plane that is in one region, whatever the provider's region is (T36). */
interface GlobalControlPlane {
  readonly pattern: RegExp;
  readonly service: string;
  readonly region: string;
}

const inVirginia = (service: string, pattern: RegExp): GlobalControlPlane => ({
  pattern,
  service,
  region: "us-east-1",
});

/** https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/appendix-b---edge-network-global-service-guidance.html */
const GLOBAL: readonly GlobalControlPlane[] = [
  inVirginia("IAM", /^aws_iam_/),
  // Resolver is regional; its query logs and rules have names of the same beginning.
  inVirginia("Route 53", /^aws_route53(domains)?_(?!resolver_)/),
  inVirginia("CloudFront", /^aws_cloudfront/),
  inVirginia("Budgets", /^aws_budgets_/),
  inVirginia("Cost Explorer", /^aws_(ce|cur|costoptimizationhub|bcmdataexports)_/),
  // Objects are S3's data plane, and regional (T33).
  inVirginia("the configuration of S3 buckets", /^aws_s3(_(?!object)|control_)/),
  inVirginia("Organizations", /^aws_organizations_/),
  inVirginia("account management", /^aws_account_/),
  inVirginia("WAF Classic", /^aws_waf_/),
  inVirginia("Shield Advanced", /^aws_shield_/),
  inVirginia("Elastic Container Registry Public", /^aws_ecrpublic_/),
  {
    pattern: /^aws_route53recovery(control|readiness)/,
    service: "Application Recovery Controller",
    region: "us-west-2",
  },
  { pattern: /^aws_globalaccelerator_/, service: "Global Accelerator", region: "us-west-2" },
  { pattern: /^aws_networkmanager_/, service: "Network Manager", region: "us-west-2" },
];

/** Whose control plane a type belongs to, if that is in one region of the world; undefined for regional ones. */
export function globalControlPlane(
  type: string,
): { readonly service: string; readonly region: string } | undefined {
  return GLOBAL.find(({ pattern }) => pattern.test(type));
}

/**
 * Types whose creation writes records into DNS, on the control plane of Route 53 (T36). A database's does too, and
 * is the risk that a restore has to take.
 */
export const WRITES_DNS: ReadonlySet<string> = new Set([
  "aws_alb",
  "aws_eks_cluster",
  "aws_elb",
  "aws_lb",
  "aws_vpc_endpoint",
]);
