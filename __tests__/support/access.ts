import { anonymousPrincipal, runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { policyDocument, type PolicyStatement } from "../../src/encryption/key-policy.ts";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { resourceAt, type SynthesizedStack } from "./environments.ts";
import { resolveReferences } from "./references.ts";

type Context = Readonly<Record<string, string | string[]>>;

/** An ARN, the name of an AWS service, or somebody without credentials. */
type Principal = string | typeof anonymousPrincipal;

/** Asks whether someone may do something, as AWS would answer after an apply. */
export interface Access {
  /** The ARN that a resource of the template would get, by address. */
  readonly arnOf: (address: string) => string;
  /** Replaces `${...}` references in a string of the template. */
  readonly resolve: (value: string) => string;
  /** Simulates a request of a role of the template, with all its policies and the resource's own. */
  readonly roleMay: (role: string, action: string, resource: string, context?: Context) => Promise<boolean>;
  /** Simulates a request of any principal that has no policies here: an AWS service, or a stranger's role. */
  readonly principalMay: (
    principal: string,
    action: string,
    resource: string,
    context?: Context,
  ) => Promise<boolean>;
  /** Simulates a request of an identity that has a policy of its own, which no template shows. */
  readonly identityMay: (
    principal: string,
    statements: readonly PolicyStatement[],
    action: string,
    resource: string,
    context?: Context,
  ) => Promise<boolean>;
  /** Simulates a request without any signature, from an address. */
  readonly anyoneMay: (
    address: string,
    action: string,
    resource: string,
    context?: Context,
  ) => Promise<boolean>;
  /**
   * Simulates a request of a principal whose own policies allow everything, so that only the policy of a resource, by
   * default the requested one, can refuse it.
   */
  readonly administratorMay: (
    principal: string,
    action: string,
    resource: string,
    more?: { readonly guardedBy?: string; readonly context?: Context },
  ) => Promise<boolean>;
  /** Simulates that an AWS service assumes a role of the template. */
  readonly serviceMayAssume: (service: string, role: string, context?: Context) => Promise<boolean>;
}

/** Policies that stand beside a resource, and the attribute that names it. */
const RESOURCE_POLICIES: readonly (readonly [type: string, target: string])[] = [
  ["aws_s3_bucket_policy", "bucket"],
  ["aws_sns_topic_policy", "arn"],
  ["aws_sqs_queue_policy", "queue_url"],
  ["aws_ecr_repository_policy", "repository"],
  ["aws_secretsmanager_secret_policy", "secret_arn"],
  ["aws_backup_vault_policy", "backup_vault_name"],
];

const EVERYTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

const S3_KEY = /^(arn:[^:]*:s3:::[^/]+)\/.*$/;

/** The access rules of a synthesized environment; requests may reach into its neighbours, which have policies too. */
export function accessIn(subject: SynthesizedStack, ...neighbours: readonly SynthesizedStack[]): Access {
  const { template, spec } = subject;
  const { accountId } = spec.project;
  const resolve = (value: string): string => resolveReferences(value, subject);
  const arnOf = (address: string): string => {
    resourceAt(template, address);
    return resolve(`\${${address}.arn}`);
  };
  const policies = new Map([subject, ...neighbours].flatMap((one) => [...resourcePolicies(one)]));
  /** An object is protected by its bucket's policy. */
  const policyOf = (resource: string): string | undefined => policies.get(resource.replace(S3_KEY, "$1"));
  const closed = closedBuckets(subject, resolve);

  const simulate = async (
    principal: Principal,
    identityPolicies: readonly string[],
    action: string,
    resource: string,
    resourcePolicy: string | undefined,
    context: Context,
    boundary?: string,
  ): Promise<boolean> => {
    return evaluate({
      request: {
        principal,
        action,
        resource: { resource, accountId: accountOf(resource) ?? accountId },
        contextVariables: contextOf(action, {
          ...defaultContext(principal, action, spec.region),
          ...context,
        }),
      },
      identityPolicies: identityPolicies.map((policy, index) => ({
        name: String(index),
        policy: parse(policy),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(boundary === undefined
        ? {}
        : { permissionBoundaryPolicies: [{ name: "boundary", policy: parse(boundary) }] }),
      ...(resourcePolicy === undefined ? {} : { resourcePolicy: parse(resourcePolicy) }),
      additionalSettings: { s3: { blockPublicAccess: closed.has(resource.replace(S3_KEY, "$1")) } },
    });
  };

  return {
    arnOf,
    resolve,
    roleMay: (role, action, resource, context = {}) =>
      simulate(
        arnOf(role),
        identityPoliciesOf(role, subject, resolve),
        action,
        resource,
        policyOf(resource),
        context,
        boundaryOf(role, subject, [subject, ...neighbours]),
      ),
    principalMay: (principal, action, resource, context = {}) =>
      simulate(principal, [], action, resource, policyOf(resource), context),
    identityMay: (principal, statements, action, resource, context = {}) =>
      simulate(principal, [policyDocument(statements)], action, resource, policyOf(resource), context),
    anyoneMay: (address, action, resource, context = {}) =>
      simulate(anonymousPrincipal, [], action, resource, policyOf(resource), {
        "aws:SourceIp": address,
        ...context,
      }),
    administratorMay: (principal, action, resource, { guardedBy = resource, context = {} } = {}) =>
      simulate(principal, [EVERYTHING], action, resource, policyOf(guardedBy), context),
    serviceMayAssume: (service, role, context = {}) => {
      const trust = String(resourceAt(template, role)["assume_role_policy"]);
      return simulate(service, [], "sts:AssumeRole", arnOf(role), resolve(trust), context);
    },
  };
}

/** Refuses requests that AWS does not know, and drops context keys that it would not send with them (T19). */
async function evaluate(simulation: Simulation): Promise<boolean> {
  const result = await runSimulation(simulation, {});
  if (result.resultType !== "error") return result.overallResult === "Allowed";
  const { action, resource } = simulation.request;
  throw new Error(`${action} on ${resource.resource}: ${JSON.stringify(result.errors)}`);
}

/** Calls that carry an encryption context; `kms:DescribeKey`, say, does not. */
const ENCRYPTION_CALLS = /^kms:(Encrypt|Decrypt|GenerateDataKey|ReEncrypt|CreateGrant)/i;

/** The simulator knows open-ended keys only behind a slash: `kms:EncryptionContext:` needs a stand-in. */
const withStandIn = (text: string): string =>
  text.replaceAll(/kms:EncryptionContext:/gi, "aws:PrincipalTag/kms-encryption-context/");

function contextOf(action: string, context: Context): Record<string, string | string[]> {
  const isSent = (key: string): boolean =>
    ENCRYPTION_CALLS.test(action) || !/^kms:EncryptionContext:/i.test(key);
  const sent = Object.entries(context).filter(([key]) => isSent(key));
  return Object.fromEntries(sent.map(([key, value]) => [withStandIn(key), value]));
}

/** What AWS adds to every request by itself. */
function defaultContext(principal: Principal, action: string, region: string): Context {
  const arn = typeof principal === "string" ? principal : "";
  const caller = accountOf(arn);
  return {
    "aws:SecureTransport": "true",
    "aws:RequestedRegion": region,
    ...(caller === undefined ? {} : { "aws:PrincipalAccount": caller, "aws:PrincipalArn": arn }),
    ...(caller !== undefined && action.startsWith("kms:") ? { "kms:CallerAccount": caller } : {}),
  };
}

const parse = (policy: string): unknown => JSON.parse(withStandIn(policy));

const accountOf = (arn: string): string | undefined => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];

/** ARNs of the buckets to which a policy that S3 takes for public gives nobody access. */
function closedBuckets(
  { template }: SynthesizedStack,
  resolve: (value: string) => string,
): ReadonlySet<string> {
  const blocks = resourcesOf(template, "aws_s3_bucket_public_access_block");
  return new Set(
    blocks
      .filter(({ body }) => body["restrict_public_buckets"] === true)
      .map(({ body }) => resolve(String(body["bucket"]).replace(/\.(id|bucket)\}$/, ".arn}"))),
  );
}

/** Policies of the resources of a template by the ARN that they protect. */
function resourcePolicies(subject: SynthesizedStack): Map<string, string> {
  const { template } = subject;
  const resolve = (value: string): string => resolveReferences(value, subject);
  const found = new Map<string, string>();
  for (const { address, body } of resourcesOf(template, "aws_kms_key")) {
    found.set(resolve(`\${${address}.arn}`), resolve(String(body["policy"])));
  }
  for (const [type, target] of RESOURCE_POLICIES) {
    for (const { body } of resourcesOf(template, type)) {
      const owner = /^\$\{([a-z0-9_]+\.[a-z0-9_]+)\./.exec(String(body[target]))?.[1];
      if (owner === undefined) throw new Error(`${type} names no resource of the template`);
      found.set(resolve(`\${${owner}.arn}`), resolve(String(body["policy"])));
    }
  }
  return found;
}

/** The policy that bounds a role, from whichever stack makes it; undefined where none does. */
function boundaryOf(
  role: string,
  { template }: SynthesizedStack,
  stacks: readonly SynthesizedStack[],
): string | undefined {
  const arn = resourceAt(template, role)["permissions_boundary"];
  if (arn === undefined) return undefined;
  for (const stack of stacks) {
    for (const { address, body } of resourcesOf(stack.template, "aws_iam_policy")) {
      if (resolveReferences(`\${${address}.arn}`, stack) === arn)
        return resolveReferences(String(body["policy"]), stack);
    }
  }
  throw new Error(`${role} has a boundary that no given stack makes`);
}

/** Inline and attached policies of a role of the template. */
function identityPoliciesOf(
  role: string,
  { template }: SynthesizedStack,
  resolve: (value: string) => string,
): string[] {
  const isOf = (body: Readonly<Record<string, unknown>>): boolean =>
    String(body["role"]).startsWith(`\${${role}.`);
  const inline = resourcesOf(template, "aws_iam_role_policy").filter(({ body }) => isOf(body));
  const attached = resourcesOf(template, "aws_iam_role_policy_attachment")
    .filter(({ body }) => isOf(body))
    .map(({ body }) => {
      const policy = /^\$\{(aws_iam_policy\.[a-z0-9_]+)\./.exec(String(body["policy_arn"]))?.[1];
      if (policy === undefined) throw new Error(`${role} has a policy that is not of the template`);
      return { body: resourceAt(template, policy) };
    });
  return [...inline, ...attached].map(({ body }) => resolve(String(body["policy"])));
}
