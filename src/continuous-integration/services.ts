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

const SHOWN = ["Get*", "List*"] as const;
const shown = (service: string, ...more: readonly string[]): string[] =>
  [...SHOWN, ...more].map((action) => `${service}:${action}`);

/** What stacks are not made of, and only look at: all that they need of these services. */
const LOOKED_AT: Readonly<Partial<Record<(typeof STACK_SERVICES)[number], readonly string[]>>> = {
  acm: shown("acm", "Describe*"),
  route53: shown("route53"),
  servicequotas: shown("servicequotas"),
  sts: ["sts:GetCallerIdentity"],
  tag: ["tag:Get*"],
  wafv2: shown("wafv2", "AssociateWebACL", "DisassociateWebACL"),
};

/** What a stack with records does beside: nothing tells its health checks from others, since they know no tags (T63). */
const RECORDS = [
  "route53:ChangeResourceRecordSets",
  "route53:ChangeTagsForResource",
  "route53:CreateHealthCheck",
  "route53:DeleteHealthCheck",
  "route53:UpdateHealthCheck",
] as const;

/** Everything that a deployment may do, before it is told whose it is. */
export const deployable = ({ hasRecords }: { readonly hasRecords: boolean }): string[] => [
  ...STACK_SERVICES.flatMap((service) => LOOKED_AT[service] ?? [`${service}:*`]),
  ...(hasRecords ? RECORDS : []),
];
