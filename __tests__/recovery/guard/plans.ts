import type { ServiceSpec } from "../../../src/config/spec.ts";
import type { PlanExpectation } from "../../../src/recovery/guard/expectation.ts";
import { activation, type Changes, merge, synthesizeOne } from "../../support/environments.ts";
import { PROTECTED } from "../../support/protected-pair.ts";
import type { Template } from "../../../src/guardrails/template.ts";

export const REGION = "eu-central-1";
export const ACCOUNT = "111122223333";

export const DATABASE = "aws_db_instance.database_instance";
export const EMPTY = "shop-dr-database";
export const SNAPSHOT = "arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-0001";

export const PEACE: Changes = PROTECTED;
export const RESTORED: Changes = merge(PROTECTED, activation("restored"));
export const ACTIVE: Changes = merge(PROTECTED, activation("active"));

/** What a plan of the default standby is expected to do. */
export const to = (
  transition: PlanExpectation["transition"],
  more: Partial<PlanExpectation> = {},
): PlanExpectation => ({
  transition,
  region: REGION,
  accountId: ACCOUNT,
  environment: "dr",
  databasesMayGo: [],
  ...more,
});

/** The first step of a failover. */
export const RESTORE = to("restore", { databasesMayGo: [EMPTY], restoredFrom: SNAPSHOT });

type Values = Readonly<Record<string, unknown>>;

/** One entry of `resource_changes`. */
export interface Change {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly deposed?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Values | null;
    readonly after: Values | null;
    readonly importing?: unknown;
  };
}

/** A plan as `terraform show -json` prints it, without what the guard does not read. */
export interface PlanJson {
  readonly format_version: string;
  readonly resource_changes: readonly Change[];
  readonly configuration: { readonly provider_config: Readonly<Record<string, Values>> };
  readonly [key: string]: unknown;
}

/** Arguments of which another value makes another resource, by type; of the others it is an update. */
const FORCES_NEW: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_log_group: ["name"],
  aws_db_instance: ["snapshot_identifier", "restore_to_point_in_time"],
  aws_ecs_task_definition: ["container_definitions", "cpu", "memory"],
  terraform_data: ["triggers_replace"],
};

/** What Terraform would plan between two synthesized stacks; the sandbox's tests put real plans in its place. */
export function planBetween(before: Changes | undefined, after: Changes | undefined): PlanJson {
  const [from, to] = [before, after].map((one) => one && synthesizeOne("dr", one));
  const [old, young] = [resources(from?.template), resources(to?.template)];
  const addresses = [...new Set([...old.keys(), ...young.keys()])];
  const spec = to?.spec ?? from?.spec;
  if (spec === undefined) throw new Error("no stack to plan");
  return {
    format_version: "1.2",
    errored: false,
    complete: true,
    resource_changes: addresses.map((address) =>
      changeOf(address, asApplied(address, old.get(address), spec), young.get(address), spec),
    ),
    configuration: { provider_config: providers(spec.region) },
  };
}

/** The providers of a plan that is bound to one region and account. */
export const providers = (
  region: string,
  accountId = ACCOUNT,
): PlanJson["configuration"]["provider_config"] => ({
  aws: {
    name: "aws",
    expressions: {
      region: { constant_value: region },
      allowed_account_ids: { constant_value: [accountId] },
      default_tags: [{ tags: { constant_value: {} } }],
    },
  },
  terraform: { name: "terraform" },
});

/** The same plan with one resource's change replaced. */
export function withChange(
  plan: PlanJson,
  address: string,
  change: Partial<Change["change"]>,
  more: Partial<Change> = {},
): PlanJson {
  if (!plan.resource_changes.some((one) => one.address === address)) throw new Error(`no ${address}`);
  return {
    ...plan,
    resource_changes: plan.resource_changes.map((one) =>
      one.address === address ? { ...one, ...more, change: { ...one.change, ...change } } : one,
    ),
  };
}

/** The same plan with one resource more. */
export const withResource = (plan: PlanJson, address: string, change: Change["change"]): PlanJson => ({
  ...plan,
  resource_changes: [
    ...plan.resource_changes,
    { address, mode: "managed", type: address.split(".")[0] ?? "", change },
  ],
});

function resources(template: Template | undefined): ReadonlyMap<string, Values> {
  return new Map(
    Object.entries(template?.resource ?? {}).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, body]) => [`${type}.${name}`, body] as const),
    ),
  );
}

/** What a state holds beside what was asked for. */
function asApplied(address: string, body: Values | undefined, spec: ServiceSpec): Values | undefined {
  if (body === undefined) return undefined;
  const type = address.split(".")[0] ?? "";
  if (!type.startsWith("aws_")) return body;
  const place = /^aws_(iam|budgets|s3)_/.test(type) ? "" : spec.region;
  return {
    ...body,
    arn: `arn:aws:service:${place}:${spec.project.accountId}:${address}`,
    ...(isTagged(type) && { tags_all: { Environment: spec.name } }),
  };
}

/** The provider gives default tags to what can bear any. */
const isTagged = (type: string): boolean =>
  !/^aws_(appautoscaling_|route$|iam_role_policy|s3_bucket_|sns_topic_|backup_selection)|_(association|policy)$/.test(
    type,
  );

function changeOf(
  address: string,
  before: Values | undefined,
  body: Values | undefined,
  spec: ServiceSpec,
): Change {
  const type = address.split(".")[0] ?? "";
  const after = asApplied(address, body, spec);
  return {
    address,
    mode: "managed",
    type,
    change: { actions: actionsOf(type, before, after), before: before ?? null, after: after ?? null },
  };
}

function actionsOf(type: string, before: Values | undefined, after: Values | undefined): readonly string[] {
  if (before === undefined) return ["create"];
  if (after === undefined) return ["delete"];
  const differs = (key: string): boolean => JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  // What is no longer asked for stays as it is: that is how a recovery point is taken out of a stack.
  const forces = (key: string): boolean => after[key] !== undefined && differs(key);
  if ((FORCES_NEW[type] ?? []).some(forces)) return ["create", "delete"];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].some(differs) ? ["update"] : ["no-op"];
}
