import type { Judge, PlanExpectation, Refusal, Objection } from "./expectation.ts";
import { dns, global, opened, registry, unprotected } from "./exposure.ts";
import { otherOwner } from "../existing/values.ts";
import { judgeTwins, lost, newDatabase, renamed, strangersInCopy } from "./losses.ts";
import { judgePlace } from "./place.ts";
import { type Deed, deedOf, type GuardedPlan, readPlan, type ResourceChange } from "./plan.ts";

/**
 * What of a plan a recovery must not apply; empty when it may.
 *
 * It reads what Terraform wrote down and asks nobody. Whatever it does not understand is refused.
 *
 * @param planJson what `terraform show -json <plan>` printed
 */
export function guardPlan(planJson: unknown, expectation: PlanExpectation): readonly Refusal[] {
  const plan = readPlan(planJson);
  if (plan === undefined)
    return [
      {
        address: "plan",
        reason: "is in a form that the guard does not know",
        remedy:
          "use a Terraform version that the sandbox tests run with, or read the plan and apply it by hand",
      },
    ];
  const managed = plan.resource_changes.filter(({ mode }) => mode === "managed");
  const twins = judgeTwins(managed);
  return [
    ...judgeWhole(plan, expectation),
    ...judgePlace(plan, expectation),
    ...twins,
    ...managed
      .flatMap((change) => judgeChange(change, deedOf(change), expectation))
      .filter(({ address }) => !twins.some((twin) => twin.address === address)),
  ];
}

const refuse = (reason: string): Refusal => ({
  address: "plan",
  reason,
  remedy: "plan again, and read what Terraform says",
});

function judgeWhole(plan: GuardedPlan, { partial = false }: PlanExpectation): Refusal[] {
  return [
    ...(plan.errored ? [refuse("ended with an error, so that it shows only a part")] : []),
    ...(plan.complete || partial
      ? []
      : [refuse("is incomplete: something would still have to be done after it")]),
    ...(plan.deferred_changes.length > 0 ? [refuse("puts changes off")] : []),
    ...(plan.action_invocations.length > 0
      ? [refuse("invokes actions, which change things without being resources")]
      : []),
  ];
}

/** The first objection is the gravest: one for each resource is what a person can read. */
function judgeChange(change: ResourceChange, deed: Deed, expectation: PlanExpectation): Refusal[] {
  if (deed === "nothing") return imported(change, deed, expectation);
  const { address, deposed } = change;
  const shown = deposed === undefined ? address : `${address} (deposed ${deposed})`;
  for (const judge of JUDGES) {
    const objection = judge(change, deed, expectation);
    if (objection !== undefined) return [{ address: shown, ...objection }];
  }
  return imported(change, deed, expectation);
}

const JUDGES: readonly Judge[] = [
  unknownDeed,
  forgotten,
  strangersInCopy,
  lost,
  newDatabase,
  renamed,
  global,
  dns,
  registry,
  opened,
  unprotected,
];

function unknownDeed({ change }: ResourceChange, deed: Deed): Objection | undefined {
  if (deed !== "unknown") return undefined;
  return {
    reason: `would be changed in a way that the guard does not know, got ${change.actions.join(" and ")}`,
    remedy: "use a Terraform version that the sandbox tests run with",
  };
}

function forgotten(_: ResourceChange, deed: Deed): Objection | undefined {
  if (deed !== "forget") return undefined;
  return {
    reason: "would be forgotten: it goes on existing, and nothing manages it",
    remedy: "take the removed block out of the stack",
  };
}

/** What is imported was made by an apply of this very stack: it is as the stack would make it, and bears its tags. */
function imported(
  { address, change: { importing, before, after } }: ResourceChange,
  deed: Deed,
  { imports = [] }: PlanExpectation,
): Refusal[] {
  if (importing === undefined || importing === null) return [];
  const id = importing.id ?? "an unknown id";
  const refusal = (reason: string, remedy: string): Refusal[] => [{ address, reason, remedy }];
  if (!imports.some((one) => one.address === address && one.id === importing.id))
    return refusal(
      "would be imported: a recovery takes over nothing but what an apply of its own was cut off from",
      "take the import block out of the stack",
    );
  const owner = otherOwner(before ?? {}, after ?? {});
  if (owner !== undefined)
    return refusal(
      `would be imported as ${id}, which belongs to ${owner}`,
      "rename one of the two: they have the same name in one account and region",
    );
  if (deed === "nothing" || deed === "update") return [];
  return refusal(
    `would be imported as ${id}, which this stack has not made: Terraform would replace it`,
    `look at ${id}, and delete it if nothing uses it`,
  );
}
