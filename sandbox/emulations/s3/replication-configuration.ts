import { randomUUID } from "node:crypto";
import { StorageClass } from "@aws-sdk/client-s3";
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { AwsError, escapeXml } from "../../gateway/reply.ts";

export interface ReplicationRule {
  readonly id: string;
  /** The highest one wins among the rules with the same destination. */
  readonly priority: number;
  readonly isEnabled: boolean;
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly replicatesDeleteMarkers: boolean;
  readonly replicatesKmsEncrypted: boolean;
  readonly destinationBucket: string;
  readonly storageClass: StorageClass | undefined;
  readonly replicaKeyId: string | undefined;
}

export interface ReplicationConfiguration {
  readonly roleArn: string;
  readonly rules: readonly ReplicationRule[];
  /** What `GetBucketReplication` gives back. */
  readonly xml: string;
}

const absent = z.literal("").transform(() => ({}));
const tagSchema = z.object({ Key: z.string(), Value: z.string() });
const conditions = { Prefix: z.string().optional(), Tag: z.array(tagSchema).default([]) };
const filterSchema = z.object({ ...conditions, And: z.object(conditions).optional() });
const statusSchema = z.object({ Status: z.enum(["Enabled", "Disabled"]) });
const ruleSchema = z.object({
  ID: z.string().optional(),
  Priority: z.coerce.number().int().optional(),
  Status: z.enum(["Enabled", "Disabled"]),
  Prefix: z.string().optional(),
  Filter: z.union([absent.pipe(filterSchema), filterSchema]).optional(),
  DeleteMarkerReplication: statusSchema.optional(),
  SourceSelectionCriteria: z
    .union([
      absent.pipe(z.object({ SseKmsEncryptedObjects: statusSchema.optional() })),
      z.object({ SseKmsEncryptedObjects: statusSchema.optional() }),
    ])
    .optional(),
  Destination: z.object({
    Bucket: z.string(),
    StorageClass: z.enum(StorageClass).optional(),
    EncryptionConfiguration: z.object({ ReplicaKmsKeyID: z.string().optional() }).optional(),
  }),
});
const documentSchema = z.object({
  ReplicationConfiguration: z.object({ Role: z.string(), Rule: z.array(ruleSchema).min(1).max(1000) }),
});
type Rule = z.output<typeof ruleSchema>;

const LISTS = new Set(["Rule", "Tag"]);
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  removeNSPrefix: true,
  isArray: (name) => LISTS.has(name),
});

/** Reads what `PutBucketReplication` sends, with AWS's own refusals. A rule without an id gets one. */
export function parseReplication(sent: string): ReplicationConfiguration {
  const xml = withIds(sent);
  const parsed = documentSchema.safeParse(parseXml(xml));
  if (!parsed.success) {
    throw new AwsError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  }
  const { Role: roleArn, Rule: rules } = parsed.data.ReplicationConfiguration;
  rules.forEach(refuseIncomplete);
  refuseEqualPriorities(rules);
  return { roleArn, rules: rules.map(readRule), xml };
}

const withIds = (xml: string): string =>
  xml.replaceAll(/<Rule>(.*?)<\/Rule>/gs, (whole, markup: string) =>
    /<ID>[^<]/.test(markup)
      ? whole
      : `<Rule><ID>${escapeXml(randomUUID())}</ID>${markup.replace(/<ID>\s*<\/ID>|<ID\s*\/>/, "")}</Rule>`,
  );

function parseXml(xml: string): unknown {
  try {
    return parser.parse(xml);
  } catch {
    return undefined;
  }
}

const invalid = (message: string): AwsError => new AwsError("InvalidRequest", message);

const tagsOf = (filter: Rule["Filter"]) => [...(filter?.Tag ?? []), ...(filter?.And?.Tag ?? [])];

function refuseIncomplete(rule: Rule): void {
  const ofThisSchema =
    "must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.";
  if (rule.Filter !== undefined && rule.Priority === undefined) {
    throw invalid(`Priority ${ofThisSchema}`);
  }
  if (rule.Filter !== undefined && rule.DeleteMarkerReplication === undefined) {
    throw invalid(`DeleteMarkerReplication ${ofThisSchema}`);
  }
  if (rule.DeleteMarkerReplication?.Status === "Enabled" && tagsOf(rule.Filter).length > 0) {
    throw invalid(
      "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.",
    );
  }
  const selectsEncrypted = rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === "Enabled";
  if (selectsEncrypted && !rule.Destination.EncryptionConfiguration?.ReplicaKmsKeyID) {
    throw invalid("ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.");
  }
}

function refuseEqualPriorities(rules: readonly Rule[]): void {
  const seen = new Set<number>();
  for (const { Priority: priority } of rules) {
    if (priority !== undefined && seen.has(priority)) {
      throw invalid(
        `Found duplicate priority ${priority}. Priority must be unique across all the rules in the configuration.`,
      );
    }
    seen.add(priority ?? Number.NaN);
  }
}

function readRule(rule: Rule): ReplicationRule {
  const { Filter: filter, Destination: destination } = rule;
  return {
    id: rule.ID ?? "",
    priority: rule.Priority ?? 0,
    isEnabled: rule.Status === "Enabled",
    prefix: filter?.And?.Prefix ?? filter?.Prefix ?? rule.Prefix ?? "",
    tags: Object.fromEntries(tagsOf(filter).map(({ Key, Value }) => [Key, Value])),
    // Rules of the first schema, which have no filter, always replicate delete markers.
    replicatesDeleteMarkers:
      rule.DeleteMarkerReplication === undefined
        ? filter === undefined
        : rule.DeleteMarkerReplication.Status === "Enabled",
    replicatesKmsEncrypted: rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === "Enabled",
    destinationBucket: destination.Bucket.replace(/^arn:[^:]+:s3:::/, ""),
    storageClass: destination.StorageClass,
    replicaKeyId: destination.EncryptionConfiguration?.ReplicaKmsKeyID,
  };
}
