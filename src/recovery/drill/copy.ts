import type { ResourceNames } from "../../aws/inventory.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { expectationOf } from "../guard/expectation.ts";
import { restoredFrom } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import type { RecoveryContext } from "../steps/step.ts";

/** The copy that this run is about; before a recovery point is chosen it is only good for being removed. */
export async function copyOf({ subject, run }: RecoveryContext): Promise<ServiceSpec> {
  const { recoveryPoint } = run();
  return (await subject()).copy(recoveryPoint && restoredFrom(recoveryPoint));
}

/** How everything of a copy is called. */
export const namesOfCopy = ({ name, names }: ServiceSpec): ResourceNames => ({
  prefix: names.prefix,
  path: names.path(""),
  tag: name,
});

/** Brings the copy up, database first: Terraform knows the order. */
export async function makeCopy(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  const copy = await copyOf(context);
  const { recoveryPoint } = context.run();
  await context.terraform.synthesize({
    of: copy.copyOf?.name ?? "",
    recoveryPoint: recoveryPoint && restoredFrom(recoveryPoint),
  });
  return applyGuarded(context, {
    stack: copy.name,
    expectation: expectationOf(copy, "drill", {
      ...(recoveryPoint && { restoredFrom: recoveryPoint.arn }),
    }),
    expectedMinutes,
    // Nobody drills while a control plane is down, and what is borrowed has to be looked up.
    options: { refresh: true },
  });
}

/** Removes whatever the copy's state lists, also what an earlier drill has left in it. */
export async function removeCopy(context: RecoveryContext): Promise<string> {
  const copy = await copyOf(context);
  await context.terraform.synthesize({ of: copy.copyOf?.name ?? "" });
  return applyGuarded(context, {
    stack: copy.name,
    expectation: expectationOf(copy, "drill-destroy"),
    expectedMinutes: undefined,
    options: { refresh: true, destroy: true },
  });
}
