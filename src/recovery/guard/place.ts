import type { PlanExpectation, Refusal } from "./expectation.ts";
import { deedOf, type GuardedPlan, type ResourceChange, textOf } from "./plan.ts";

/** Whatever of a plan would happen in another region, or in another account. */
export function judgePlace(plan: GuardedPlan, expectation: PlanExpectation): Refusal[] {
  return [
    ...Object.entries(plan.configuration.provider_config)
      .filter(([, { name }]) => name === "aws")
      .flatMap(([key, { expressions }]) => judgeProvider(key, expressions, expectation)),
    ...plan.resource_changes
      .filter((change) => change.mode === "managed" && deedOf(change) !== "nothing")
      .flatMap((change) => judgeResource(change, expectation)),
  ];
}

type Expressions = GuardedPlan["configuration"]["provider_config"][string]["expressions"];

function judgeProvider(
  key: string,
  expressions: Expressions,
  { region, accountId }: PlanExpectation,
): Refusal[] {
  const address = `provider ${key}`;
  const named = constantOf(expressions["region"]);
  const accounts = constantOf(expressions["allowed_account_ids"]);
  const isOnlyAccount = Array.isArray(accounts) && accounts.length === 1 && accounts[0] === accountId;
  return [
    ...(named === region
      ? []
      : [
          {
            address,
            reason: `works in ${shown(named)}, and this step in ${region} only`,
            remedy: "synthesize the stack that this step is about, and plan again",
          },
        ]),
    ...(isOnlyAccount
      ? []
      : [
          {
            address,
            reason: `is not bound to account ${accountId}, got ${shown(accounts)}`,
            remedy: "check accountId in the project's file",
          },
        ]),
  ];
}

/** A block has no constant of its own, and neither has what depends on a variable. */
const constantOf = (expression: Expressions[string] | undefined): unknown =>
  expression === undefined || Array.isArray(expression) ? undefined : expression.constant_value;

const shown = (value: unknown): string =>
  value === undefined ? "what is only known while Terraform runs" : JSON.stringify(value);

/** What a resource says of where it is: version 6 of the provider takes a region for each one. */
function judgeResource({ address, change }: ResourceChange, expectation: PlanExpectation): Refusal[] {
  const { region, accountId } = expectation;
  const sides = [change.before, change.after];
  const arns = sides.flatMap((side) => textOf(side, "arn") ?? []).map((arn) => arn.split(":"));
  const regions = [
    ...sides.flatMap((side) => textOf(side, "region") ?? []),
    ...arns.flatMap(([, , , inArn]) => inArn || []),
  ];
  const accounts = arns.flatMap(([, , , , owner]) => owner || []);
  const elsewhere = regions.find((one) => one !== region);
  const stranger = accounts.find((one) => one !== accountId && one !== "aws");
  return [
    ...(elsewhere === undefined
      ? []
      : [
          {
            address,
            reason: `lies in ${elsewhere}, and this step works in ${region} only`,
            remedy: "apply what belongs to another region apart from a recovery",
          },
        ]),
    ...(stranger === undefined
      ? []
      : [
          {
            address,
            reason: `belongs to account ${stranger}, and this step works in ${accountId} only`,
            remedy: "check whose credentials and which state these are",
          },
        ]),
  ];
}
