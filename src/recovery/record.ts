import { type Activation, activationSchema, type RecoveryPoint } from "../activation/schema.ts";
import { identifierOf } from "../database/source.ts";
import { removeActivation, writeActivation } from "./activation-file.ts";
import type { ChosenPoint, Run } from "./journal/run.ts";
import {
  agree,
  DamagedRecord,
  endRecord,
  enforceRecord,
  isHardenedFor,
  postureText,
  readRecordInForce,
} from "./record-in-force.ts";
import { type RecoveryContext, StepFailed } from "./steps/step.ts";

/**
 * Brings the activation record of the standby to a posture, from what the journal knows.
 *
 * From when it serves, a record with another recovery point is a plan that fails (T24). A standby that serves is never made to
 * close by a run that is taken up after somebody has finished it by hand.
 * A run that is taken up on another machine has no record there: every step that needs one writes it first.
 *
 * @throws StepFailed when the standby serves from another recovery point
 */
export async function ensureRecord(
  context: RecoveryContext,
  posture: Activation["posture"],
  { hardened = false }: { readonly hardened?: boolean } = {},
): Promise<void> {
  const { pair, standby } = await context.subject();
  const known = pair.activation;
  const said = recordOf(context.run(), posture);
  // What is hardened stays so, whichever step is done again.
  const wanted = { ...said, hardened: posture === "active" && (hardened || isHardenedFor(known, said)) };
  if (known?.posture === "active" && posture === "restored") {
    const [serving, restoring] = [known, wanted].map((one) => identifierOf(standby.names, one.recoveryPoint));
    if (serving === restoring) return;
    throw new StepFailed(
      `${standby.name}.activation.json says that ${standby.name} serves from ${serving}, and this run restores ${restoring}`,
      "nothing was changed",
      [
        `# this run was overtaken: npm run dr -- failback or npm run dr -- rollback goes on from where ${standby.name} is`,
      ],
    );
  }
  if (known !== undefined && agree(known, wanted) && (await isInForce(context, wanted))) return;
  await keepRecord(context, wanted);
  context.tell(`${pair.standby.name}.activation.json says ${postureText(wanted)} now`);
}

/** Whether everybody goes by that record; one that can't be read is none. */
async function isInForce({ aws, place }: RecoveryContext, record: Activation): Promise<boolean> {
  try {
    const inForce = await readRecordInForce(place, aws.in(place.region));
    return inForce !== undefined && agree(inForce, record);
  } catch (error) {
    if (error instanceof DamagedRecord) return false;
    throw error;
  }
}

/** Writes the record of the standby: for everybody first, so that a kill in between leaves no posture that only this folder knows. */
export async function keepRecord(context: RecoveryContext, record: Activation): Promise<void> {
  const { standby } = await context.subject();
  refuseUnreadable(standby.name, record);
  await enforceRecord(context.place, context.aws.in(context.place.region), record);
  writeActivation(context.environments, standby.name, record);
}

/** A journal of an earlier version may lack something; a record that can't be read again would lock every command. */
function refuseUnreadable(name: string, record: Activation): void {
  const issues = activationSchema.safeParse(record).error?.issues ?? [];
  if (issues.length === 0) return;
  const problems = issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new StepFailed(
    `what the journal says can't stand in ${name}.activation.json: ${problems.join(", ")}`,
    "nothing was changed by this step",
    [`# see what the run has chosen: npm run dr -- status --environment ${name}`],
  );
}

/** Takes the record of the standby away, here and for everybody: peace. */
export async function dropRecord(context: RecoveryContext): Promise<void> {
  const { standby } = await context.subject();
  removeActivation(context.environments, standby.name);
  await endRecord(context.place, context.aws.in(context.place.region));
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
export function restoredFrom({ arn, createdAt, engineVersion = "", storageGiB }: ChosenPoint): RecoveryPoint {
  const common = {
    engine: "postgres",
    engineVersion,
    ...(storageGiB !== undefined && { storageGiB }),
  } as const;
  const time = createdAt.toISOString();
  return arn.includes(":auto-backup:")
    ? { kind: "point-in-time", automatedBackupArn: arn, ...common, restoreTime: time }
    : { kind: "snapshot", snapshotArn: arn, ...common, createdAt: time };
}
