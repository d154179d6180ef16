import { z } from "zod";
import type { Changes } from "../emulations/changes.ts";
import type { Emulation, World } from "../gateway/emulation.ts";
import { readReply } from "../gateway/reply.ts";

const policySchema = z.looseObject({
  Statement: z.array(
    z.looseObject({ Effect: z.string(), Principal: z.unknown(), Condition: z.unknown().optional() }),
  ),
});
type Policy = z.output<typeof policySchema>;

/** Policies by bucket, as their owners wrote them: moto has less. */
export type WrittenPolicies = Map<string, string>;

/**
 * moto takes each condition of a bucket policy for unmet and then refuses the request, whatever the effect: a bucket
 * that demands TLS could not be read at all. It also breaks on a plain `"Principal": "*"` when it looks for the right to
 * write access logs. It gets what it can enforce, a refusal of everybody; clients get back what they wrote.
 */
export function bucketPolicies({ moto }: World, written: WrittenPolicies, changes: Changes): Emulation[] {
  return [
    {
      service: "s3",
      handles: ({ action }) => action === "PutBucketPolicy" || action === "GetBucketPolicy",
      async handle(call, forward) {
        const bucket = call.parameters["bucket"] ?? "";
        if (call.action === "GetBucketPolicy") {
          const { reply } = await readReply(await forward());
          const policy = written.get(bucket);
          return reply.status === 200 && policy !== undefined ? { ...reply, body: policy } : reply;
        }
        const text = (await call.body()).toString("utf8");
        const policy = parsePolicy(text);
        if (policy === undefined) {
          return "pass";
        }
        const { reply } = await readReply(
          await moto.request({
            service: "s3",
            region: call.region,
            method: "PUT",
            path: `/${bucket}?policy`,
            body: JSON.stringify(enforceable(policy)),
          }),
        );
        if (reply.status < 300) {
          written.set(bucket, text);
          changes.mark();
        }
        return reply;
      },
      observe({ action, parameters }, { status }) {
        if (status < 300 && (action === "DeleteBucketPolicy" || action === "DeleteBucket")) {
          written.delete(parameters["bucket"] ?? "");
        }
      },
    },
  ];
}

function enforceable(policy: Policy): Policy {
  const statements = policy.Statement.flatMap(({ Condition: condition, ...statement }) => {
    const isForAll =
      statement.Principal === "*" || JSON.stringify(statement.Principal) === JSON.stringify({ AWS: "*" });
    if (statement.Effect === "Deny" && (condition !== undefined || !isForAll)) {
      return [];
    }
    return [isForAll ? { ...statement, Principal: { AWS: "*" } } : statement];
  });
  return { ...policy, Statement: statements };
}

function parsePolicy(text: string): Policy | undefined {
  try {
    return policySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
