import { AwsFailure } from "../../aws/failure.ts";
import { quoted } from "../commands.ts";
import type { PlanExpectation } from "../guard/expectation.ts";
import { readPlan, type ResourceChange } from "../guard/plan.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import { ApplyFailed, type Import } from "../terraform/terraform.ts";
import { type Existing, existingOf } from "./types.ts";
import { drillOf, type Values } from "./values.ts";

/** A stack whose apply may have been cut off before, and what was found of it so far. */
export interface Search {
  readonly stack: string;
  readonly expectation: PlanExpectation;
  readonly found: readonly Import[];
}

/**
 * What AWS would make a second time without a word: an address, a network. It is asked before a plan that creates such a thing is
 * applied. What failed half-way is looked for as well: Terraform would replace it (T51).
 *
 * @throws StepFailed when several things fit
 */
export async function madeBefore(
  context: RecoveryContext,
  search: Search,
  planJson: unknown,
): Promise<readonly Import[]> {
  const changes = newIn(planJson, search);
  const twice = changes.filter(({ type, change }) => isCreated(change) && isMadeTwice(existingOf(type)));
  const found = await findEach(context, search, twice, ({ change }) => change.after ?? {});
  const tainted = changes.filter(isTainted);
  const kept = await findEach(context, search, tainted, ({ change }) => change.before ?? {});
  for (const { address } of kept) {
    const [type = "", name = ""] = address.split(".");
    await context.terraform.drop(search.stack, { type, name }, (object) => object.isTainted);
  }
  return [...found, ...kept];
}

/**
 * What an apply failed on because it is there already: AWS itself says so. Empty where anything else failed as well, since that is
 * what a person has to hear of first.
 *
 * @throws StepFailed when several things fit
 */
export async function alreadyThere(
  context: RecoveryContext,
  search: Search,
  planJson: unknown,
  error: unknown,
): Promise<readonly Import[]> {
  if (!(error instanceof ApplyFailed) || error.complaints.length === 0) return [];
  const { complaints } = error;
  if (!complaints.every(({ text }) => SAYS_EXISTING.test(text))) return [];
  const refused = newIn(planJson, search).filter(
    ({ address, change }) => isCreated(change) && complaints.some((one) => one.address === address),
  );
  return findEach(context, search, refused, ({ change }) => change.after ?? {});
}

/**
 * Everything of a drill's copy that AWS has and its state lacks: whatever may be there is tried, and Terraform leaves out what is not.
 * Of several that fit, one: what was taken is destroyed, and the others are found then.
 *
 * @returns only what carries the copy's own tag, or can't carry any
 */
export async function everythingOf(
  context: RecoveryContext,
  { stack, expectation }: Omit<Search, "found">,
): Promise<readonly Import[]> {
  const tried: Import[] = [];
  for (;;) {
    const { json } = await context.terraform.plan(stack, { refresh: true, imports: tried });
    const more: Import[] = [];
    for (const { address, type, change } of newIn(json, { stack, expectation, found: tried })) {
      if (!isCreated(change)) continue;
      const [id] = await idsOf(context, expectation, type, change.after ?? {});
      if (id !== undefined) more.push({ address, id });
    }
    if (more.length === 0) return tried.filter((one) => isOwn(json, one, stack));
    tried.push(...more);
  }
}

function isOwn(planJson: unknown, { address }: Import, stack: string): boolean {
  const found = readPlan(planJson)?.resource_changes.find((one) => one.address === address)?.change;
  if (found?.importing === undefined || found.importing === null) return false;
  const tags = found.before?.["tags_all"];
  return tags === undefined || drillOf(found.before ?? {}) === stack;
}

/** How AWS's services, and the provider where it looks itself, say that something is there already. */
const SAYS_EXISTING =
  /already ?exist|already in use|AlreadyOwnedByYou|AlreadyAssociated|already replicating|Duplicate|not idempotent|ResourceInUse/i;

type Change = ResourceChange["change"];

const isCreated = ({ actions }: Change): boolean => actions.join() === "create";
const isMadeTwice = (existing: Existing | undefined): boolean =>
  existing?.by === "look-up" && !existing.isUnique;
const isTainted = ({ address, deposed, action_reason: reason }: ResourceChange): boolean =>
  reason === "replace_because_tainted" && deposed === undefined && !address.includes("[");

const newIn = (planJson: unknown, { found }: Search): readonly ResourceChange[] =>
  (readPlan(planJson)?.resource_changes ?? []).filter(
    ({ mode, address }) => mode === "managed" && !found.some((one) => one.address === address),
  );

async function findEach(
  context: RecoveryContext,
  search: Search,
  changes: readonly ResourceChange[],
  valuesOf: (change: ResourceChange) => Values,
): Promise<readonly Import[]> {
  const imports: Import[] = [];
  for (const change of changes) {
    const ids = await idsOf(context, search.expectation, change.type, valuesOf(change));
    if (ids.length > 1) throw ambiguous(search.stack, change.address, ids);
    const [id] = ids;
    if (id === undefined) continue;
    context.tell(
      `${change.address} may be there already, as ${id}: it is taken into the state of ${search.stack}`,
    );
    imports.push({ address: change.address, id });
  }
  return imports;
}

async function idsOf(
  { aws, tell }: RecoveryContext,
  { region, accountId }: PlanExpectation,
  type: string,
  values: Values,
): Promise<readonly string[]> {
  const existing = existingOf(type);
  switch (existing?.by) {
    case "name":
      return [existing.idOf(values, { region, accountId }) ?? []].flat();
    case "look-up":
      try {
        return await existing.idsOf(values, aws.in(region));
      } catch (error) {
        // Most applies were never cut off: a caller who may not look does not stop a recovery.
        if (!(error instanceof AwsFailure) || error.kind !== "denied") throw error;
        tell(`it can't be looked up whether an earlier apply has made ${type} already: ${error.message}`);
        return [];
      }
    case "making it again":
    case "take-up":
    case undefined:
      return [];
  }
}

const ambiguous = (stack: string, address: string, ids: readonly string[]): StepFailed =>
  new StepFailed(
    `${ids.length} resources fit ${address}: ${ids.join(", ")}; applies that were cut off have made them, and no state has them`,
    "nothing was made or imported by this plan",
    [
      `# look at each, delete what nothing uses, and import the one that is left`,
      ...ids.map(
        (id) => `terraform -chdir=cdktf.out/stacks/${stack} import ${quoted(address)} ${quoted(id)}`,
      ),
    ],
  );
