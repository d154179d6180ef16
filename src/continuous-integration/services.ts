/** AWS services that stacks are made of, and those that Terraform asks beside. */
export const STACK_SERVICES = [
  "acm",
  "application-autoscaling",
  "autoscaling",
  "backup",
  // What creating a vault asks for, too.
  "backup-storage",
  "budgets",
  "cloudwatch",
  "ec2",
  "ecr",
  "ecs",
  "eks",
  "elasticloadbalancing",
  "events",
  "iam",
  "kms",
  "logs",
  "rds",
  "route53",
  "s3",
  "secretsmanager",
  "servicequotas",
  "sns",
  "ssm",
  "sts",
  "tag",
  "wafv2",
] as const;

/** Every action of these services. */
export const allOf = (services: readonly string[]): string[] => services.map((service) => `${service}:*`);
