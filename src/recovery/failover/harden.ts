import { identifierOf } from "../../database/source.ts";
import { expectationOf } from "../guard/expectation.ts";
import { ensureRecord } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";

/**
 * Makes the standby that serves a full production environment: a second zone, backups that are copied towards the primary's
 * region, and no empty database beside it.
 *
 * AWS takes tens of minutes for some of that. Users are served meanwhile, and whatever fails here takes nothing from them.
 */
export async function harden(context: RecoveryContext, expectedMinutes: number | undefined): Promise<string> {
  await ensureRecord(context, "active", { hardened: true });
  await context.terraform.synthesize();
  const { standby } = await context.subject();
  const databasesMayGo = [identifierOf(standby.names, undefined)];
  try {
    return await applyGuarded(context, {
      stack: standby.name,
      expectation: expectationOf(standby, "harden", { databasesMayGo }),
      expectedMinutes,
    });
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    const state = `users are served by ${standby.name}, which is not hardened yet: ${error.state}`;
    throw new StepFailed(error.message, state, error.next, error.resumeWith);
  }
}
