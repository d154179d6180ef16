import { contradictions } from "../assertions/assertion.ts";
import { databaseContradiction } from "../assertions/database.ts";
import { openContradiction, runsContradiction } from "../assertions/service.ts";
import { fenceAsFarAsPossible } from "../failover/declare.ts";
import { startCompute } from "../fence/compute.ts";
import { openIngress } from "../fence/ingress.ts";
import { markFenced } from "../fence/mark.ts";
import { fenceWholly } from "../fence/wholly.ts";
import type { RecoveryContext } from "../steps/step.ts";

/**
 * Ends every write to the standby and to the primary, and waits until nothing runs that could write.
 *
 * Unlike in a disaster it has to succeed: whatever is written after the last recovery point is lost. The primary is still
 * running where the disaster kept it from being fenced, with data that nobody wants any more.
 */
export async function fenceBoth(context: RecoveryContext): Promise<string> {
  const { primary, standby } = await context.subject();
  context.tell(`from here on nobody is served, until ${primary.name} is open`);
  await markFenced(context);
  const evidence = [
    await fenceWholly(context, standby, context.standby, "nothing was copied"),
    await fenceWholly(context, primary, context.primary, "nothing was copied"),
  ];
  return evidence.join("; ");
}

/** That the standby runs, with its database, and lets its users in again. */
export async function standbyServes({ subject, standby: aws }: RecoveryContext): Promise<string | undefined> {
  const { standby: spec } = await subject();
  return contradictions(
    runsContradiction(spec, aws),
    openContradiction(spec, aws),
    databaseContradiction(spec, aws),
  );
}

/**
 * Starts and opens the standby again, with the data that it had.
 *
 * The primary is fenced first, as far as it answers: the return may have opened it already, and two would write (T43).
 */
export async function unfenceStandby(context: RecoveryContext): Promise<string> {
  const { standby: spec } = await context.subject();
  const fenced = await fenceAsFarAsPossible(context);
  const started = await startCompute(spec, context.standby);
  return `${fenced}; ${started}; ${await openIngress(spec, context.standby)}`;
}
