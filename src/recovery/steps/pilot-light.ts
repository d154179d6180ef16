import { expectationOf } from "../guard/expectation.ts";
import { applyGuarded } from "./apply.ts";
import { forgetRemoved } from "./forget-removed.ts";
import { bringBack } from "./set-aside.ts";
import type { RecoveryContext } from "./step.ts";
import { takeUpApply } from "./take-up-apply.ts";

/**
 * Applies a standby without a record: an empty minimal database, nothing that runs, nobody who comes in.
 *
 * @param databasesMayGo identifiers of the databases that a person has given up
 * @returns what was changed, for the journal
 */
export async function applyPilotLight(
  context: RecoveryContext,
  databasesMayGo: readonly string[],
  expectedMinutes: number | undefined,
): Promise<string> {
  const { standby } = await context.subject();
  const stack = standby.name;
  const expectation = expectationOf(standby, "deactivate", { databasesMayGo });
  const spec = { ...standby, recoveryPoint: undefined };
  await bringBack(context, standby);
  const isTakenUp = await takeUpApply(context, spec, context.standby, expectation);
  if (isTakenUp) await forgetRemoved(context, stack);
  return applyGuarded(context, { stack, expectation, expectedMinutes });
}
