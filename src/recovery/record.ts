import type { Activation, RecoveryPoint } from "../activation/schema.ts";
import { writeActivation } from "./activation-file.ts";
import type { ChosenPoint, Run } from "./journal/run.ts";
import { type RecoveryContext, StepFailed } from "./steps/step.ts";

/**
 * Brings the activation record of the standby to a posture, from what the journal knows.
 *
 * A run that is taken up on another machine has no record there: every step that needs one writes it first.
 */
export async function ensureRecord(context: RecoveryContext, posture: Activation["posture"]): Promise<void> {
  const { pair } = await context.subject();
  const wanted = recordOf(context.run(), posture);
  const known = pair.activation;
  const isThere =
    known?.posture === posture &&
    JSON.stringify(known.recoveryPoint) === JSON.stringify(wanted.recoveryPoint);
  if (isThere) return;
  writeActivation(context.environments, pair.standby.name, wanted);
  context.tell(`${pair.standby.name}.activation.json says ${posture} now`);
}

/** What a run's journal says of the record. */
export function recordOf({ start, recoveryPoint }: Run, posture: Activation["posture"]): Activation {
  if (recoveryPoint === undefined)
    throw new StepFailed("no recovery point was chosen in this run", "nothing was restored", []);
  const { declaredAt, operator, reason } = start;
  return {
    posture,
    hardened: false,
    recoveryPoint: restoredFrom(recoveryPoint),
    declaredAt,
    operator,
    reason,
  };
}

/** A recovery point as a record names it. */
export function restoredFrom({ arn, createdAt, engineVersion = "" }: ChosenPoint): RecoveryPoint {
  const common = { engine: "postgres", engineVersion } as const;
  const time = createdAt.toISOString();
  return arn.includes(":auto-backup:")
    ? { kind: "point-in-time", automatedBackupArn: arn, ...common, restoreTime: time }
    : { kind: "snapshot", snapshotArn: arn, ...common, createdAt: time };
}
