import { z } from "zod";

/**
 * The parts of Infracost's config and usage formats, version 0.1, that the project uses.
 *
 * Sources: https://www.infracost.io/docs/features/config_file/, and the fields that Infracost 0.10.45 itself reads:
 * https://github.com/infracost/infracost/blob/v0.10.45/infracost-usage-example.yml
 */
const version = z.literal(0.1);

export const configSchema = z.strictObject({
  version,
  projects: z.array(z.strictObject({ path: z.string(), name: z.string(), usage_file: z.string() })).min(1),
});

/** Nothing is free of charge because nobody thought about it. */
const amount = z.number().positive();
const whole = amount.int();

const storageClass = z.strictObject({
  storage_gb: amount,
  monthly_tier_1_requests: whole,
  monthly_tier_2_requests: whole,
});

const USAGE: Readonly<Record<string, z.ZodType>> = {
  aws_backup_vault: z.strictObject({ monthly_rds_snapshot_gb: amount }),
  aws_cloudwatch_log_group: z.strictObject({
    monthly_data_ingested_gb: amount,
    storage_gb: amount,
    monthly_data_scanned_gb: amount.optional(),
  }),
  aws_data_transfer: z.strictObject({
    region: z.string(),
    monthly_intra_region_gb: amount.optional(),
    monthly_outbound_internet_gb: amount.optional(),
    monthly_outbound_other_regions_gb: amount.optional(),
  }),
  aws_db_instance: z.strictObject({ additional_backup_storage_gb: amount }),
  aws_ecr_repository: z.strictObject({ storage_gb: amount }),
  aws_lb: z.strictObject({
    new_connections: whole,
    active_connections: whole,
    processed_bytes_gb: amount,
    rule_evaluations: whole,
  }),
  aws_nat_gateway: z.strictObject({ monthly_data_processed_gb: amount }),
  aws_route53_health_check: z.strictObject({ endpoint_type: z.enum(["aws", "non_aws"]) }),
  aws_s3_bucket: z.strictObject({ standard: storageClass }),
  aws_sns_topic: z.strictObject({ monthly_requests: whole }),
  aws_vpc_endpoint: z.strictObject({ monthly_data_processed_gb: amount }),
};

const address = z.string().regex(/^aws_[a-z0-9_]+\.[a-z0-9_]+$/, "expected type.name");

export const usageSchema = z.strictObject({
  version,
  resource_usage: z.record(address, z.unknown()).superRefine((usage, context) => {
    for (const [key, value] of Object.entries(usage)) {
      const schema = USAGE[key.split(".")[0] ?? ""];
      const result = schema?.safeParse(value);
      if (schema === undefined) context.addIssue(`${key}: no usage is known for this type`);
      for (const issue of result?.error?.issues ?? [])
        context.addIssue(`${key}.${issue.path.join(".")}: ${issue.message}`);
    }
  }),
});

/** Types whose price follows from usage, so that a resource of theirs needs an entry. */
export const USAGE_TYPES: ReadonlySet<string> = new Set(Object.keys(USAGE));
