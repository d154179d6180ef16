import { anonymousPrincipal, runSimulation } from "@cloud-copilot/iam-simulate";
import type { World } from "../../gateway/emulation.ts";

/** Somebody without credentials. */
export const ANONYMOUS = anonymousPrincipal;

export interface AccessRequest {
  /** An ARN, or the name of an AWS service. */
  readonly principal: string | typeof ANONYMOUS;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

export interface Policies {
  /** JSON of the principal's own policies. */
  readonly identity: readonly string[];
  /** JSON of the resource's policy. */
  readonly resource: string | undefined;
  /** S3's setting: a bucket whose policy is public is closed to other accounts and to the world. */
  readonly restrictsPublicBuckets?: boolean;
}

/** Whether policies of one account admit a request. What cannot be evaluated is refused, and said. */
export async function isAdmitted(world: World, request: AccessRequest, policies: Policies): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: world.account },
        contextVariables: withStandIns(request.context),
      },
      identityPolicies: policies.identity.map((policy, index) => ({
        name: String(index),
        policy: parse(policy),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(policies.resource === undefined ? {} : { resourcePolicy: parse(policies.resource) }),
      additionalSettings: { s3: { blockPublicAccess: policies.restrictsPublicBuckets ?? false } },
    },
    {},
  );
  if (result.resultType === "error") {
    world.note(
      `${request.action} on ${request.resource} counts as refused, as it could not be checked: ${JSON.stringify(result.errors)}`,
    );
    return false;
  }
  return result.overallResult === "Allowed";
}

/** The simulator knows open-ended context keys behind a slash only, and `kms:EncryptionContext:` has none. */
const OPEN_ENDED = /kms:EncryptionContext:/gi;
const standIn = (text: string): string =>
  text.replaceAll(OPEN_ENDED, "aws:PrincipalTag/kms-encryption-context/");

const parse = (policy: string): unknown => JSON.parse(standIn(policy));

const withStandIns = (context: AccessRequest["context"]): Record<string, string | string[]> =>
  Object.fromEntries(Object.entries(context).map(([key, value]) => [standIn(key), value]));
