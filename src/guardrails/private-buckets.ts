import { z } from "zod";
import type { Guardrail } from "./guardrail.ts";
import { blocksOf, parseDocument, refersTo, type Resource, resourcesOf, type Template } from "./template.ts";

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

/** What a bucket lacks, by the resource that would bring it. */
const DEMANDS: readonly {
  readonly type: string;
  readonly lacks: string;
  readonly holds: (body: Resource["body"], bucket: Resource) => boolean;
}[] = [
  {
    type: "aws_s3_bucket_public_access_block",
    lacks: "all four public access blocks",
    holds: (body) => BLOCKS.every((name) => body[name] === true),
  },
  {
    type: "aws_s3_bucket_server_side_encryption_configuration",
    lacks: "encryption",
    holds: (body) =>
      blocksOf(body, "rule").some((rule) =>
        blocksOf(rule, "apply_server_side_encryption_by_default").some(
          ({ sse_algorithm }) => typeof sse_algorithm === "string",
        ),
      ),
  },
  {
    type: "aws_s3_bucket_policy",
    lacks: "a policy that refuses everything but TLS",
    holds: (body, bucket) => refusesPlaintext(body["policy"], bucket),
  },
];

/** No bucket is open, plain or spoken to without TLS (T35). */
export const privateBuckets: Guardrail = {
  name: "private-buckets",
  summary: "every bucket blocks public access in all four ways, encrypts, and refuses requests without TLS",
  violations: ({ template }) =>
    resourcesOf(template, "aws_s3_bucket").flatMap((bucket) =>
      DEMANDS.filter(
        ({ type, holds }) => !besides(template, type, bucket).some((body) => holds(body, bucket)),
      ).map(({ lacks }) => ({
        key: "",
        message: `${bucket.address} lacks ${lacks}, got a bare bucket; build it as a PrivateBucket`,
      })),
    ),
};

/** The resources of a type that belong to a bucket. */
function besides(template: Template, type: string, bucket: Resource): Resource["body"][] {
  return resourcesOf(template, type)
    .map(({ body }) => body)
    .filter((body) => refersTo(body["bucket"], bucket.address) || body["bucket"] === bucket.body["bucket"]);
}

const oneOrMore = z.union([z.array(z.string()), z.string().transform((one) => [one])]);

const tlsStatement = z.looseObject({
  Effect: z.literal("Deny"),
  Principal: z.union([z.literal("*"), z.strictObject({ AWS: z.literal("*") })]),
  Action: oneOrMore.refine((actions) => actions.includes("s3:*")),
  Resource: oneOrMore,
  // Any further condition would let some plain requests through.
  Condition: z.strictObject({
    Bool: z.strictObject({ "aws:SecureTransport": z.union([z.literal("false"), z.literal(false)]) }),
  }),
});

const policySchema = z.looseObject({ Statement: z.array(z.unknown()) });

function refusesPlaintext(policy: unknown, { address, body }: Resource): boolean {
  const arns = [`arn:aws:s3:::${String(body["bucket"])}`, `\${${address}.arn}`];
  const document = policySchema.safeParse(parseJson(policy));
  return (document.data?.Statement ?? []).some((statement) => {
    const resources = tlsStatement.safeParse(statement).data?.Resource ?? [];
    return arns.some((arn) => resources.includes(arn) && resources.includes(`${arn}/*`));
  });
}

/** A policy that can't be read at synth can't be vouched for. */
function parseJson(text: unknown): unknown {
  try {
    return typeof text === "string" ? parseDocument(text) : undefined;
  } catch {
    return undefined;
  }
}
