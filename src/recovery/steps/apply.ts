import { guardPlan } from "../guard/guard.ts";
import type { PlanExpectation, Refusal } from "../guard/expectation.ts";
import { alreadyThere, madeBefore } from "../existing/find.ts";
import type { Import, PlanOptions, Terraform, TerraformPlan } from "../terraform/terraform.ts";
import { type RecoveryContext, StepFailed } from "./step.ts";

/** A restored database takes a second apply for what a restore can't set; a third finds nothing to do. */
const MOST_APPLIES = 3;

/** What is brought to what its files say. */
export interface GuardedApply {
  readonly stack: string;
  readonly expectation: PlanExpectation;
  readonly expectedMinutes: number | undefined;
  readonly options?: PlanOptions;
  /** Addresses that stay as they are for now, whatever the files say: what they wait for takes longer than anybody should. */
  readonly postponed?: readonly string[];
}

/**
 * Plans, guards and applies a synthesized stack until nothing is left to do. What an earlier apply has made, and was cut off
 * before it could write that down, is taken into the state.
 *
 * @returns what was changed, for the journal
 * @throws StepFailed when the guard refuses: nothing is applied then
 */
export async function applyGuarded(context: RecoveryContext, guarded: GuardedApply): Promise<string> {
  const { terraform, tell } = context;
  const { stack, expectation, expectedMinutes, options, postponed = [] } = guarded;
  const applied: number[] = [];
  const imports: Import[] = [];
  for (;;) {
    const { plan, isPartial } = await planWithout(terraform, stack, postponed, {
      ...options,
      imports,
    });
    if (plan.changes.length === 0) return evidenceOf(stack, applied);
    const search = { stack, expectation, found: imports };
    const before = options?.destroy === true ? [] : await madeBefore(context, search, plan.json);
    imports.push(...before);
    if (before.length > 0) continue;
    const refusals = guardPlan(plan.json, { ...expectation, imports, ...(isPartial && { partial: true }) });
    if (refusals.length > 0) throw refused(stack, refusals, applied.length + imports.length > 0);
    if (applied.length >= MOST_APPLIES) {
      const left = plan.changes.map(({ address, actions }) => `${address} (${actions.join(", ")})`);
      tell(`${stack} still plans after ${applied.length} applies, and is left so: ${left.join(", ")}`);
      return evidenceOf(stack, applied);
    }
    tell(`the guard lets ${countOf(plan.changes.length)} of ${stack} through; applying`);
    try {
      await terraform.apply(plan, expectedMinutes);
      applied.push(plan.changes.length);
    } catch (error) {
      const there = await alreadyThere(context, search, plan.json, error);
      if (there.length === 0) throw error;
      imports.push(...there);
    }
  }
}

/** Terraform can be told what to plan, and not what to leave out: where there is such, all the rest is named. */
async function planWithout(
  terraform: Terraform,
  stack: string,
  postponed: readonly string[],
  options: PlanOptions = {},
): Promise<{ readonly plan: TerraformPlan; readonly isPartial: boolean }> {
  const whole = await terraform.plan(stack, options);
  const rest = whole.changes.filter(({ address }) => !postponed.includes(address));
  if (rest.length === whole.changes.length) return { plan: whole, isPartial: false };
  if (rest.length === 0) return { plan: { ...whole, changes: [] }, isPartial: true };
  const targets = [...new Set(rest.map(({ address }) => address))];
  return { plan: await terraform.plan(stack, { ...options, targets }), isPartial: true };
}

const countOf = (changes: number): string => `${changes} ${changes === 1 ? "change" : "changes"}`;

const evidenceOf = (stack: string, applied: readonly number[]): string =>
  applied.length === 0
    ? `${stack} was as its files say already`
    : `${stack} applied, ${applied.map(countOf).join(" and then ")}`;

function refused(stack: string, refusals: readonly Refusal[], isBegun: boolean): StepFailed {
  const reasons = refusals.map(({ address, reason }) => `${address} ${reason}`);
  const before = isBegun ? " by this plan; an earlier one of this step was applied" : "";
  return new StepFailed(
    `the guard refuses the plan of ${stack}: ${reasons.join("; ")}`,
    `nothing was changed${before}`,
    [...new Set(refusals.map(({ remedy }) => `# ${remedy}`))],
  );
}
