import type { Activation } from "../../activation/schema.ts";
import { recordOf } from "../record.ts";
import {
  agreeOnPoint,
  isHardenedFor,
  DamagedRecord,
  readRecordInForce,
  recordAddress,
} from "../record-in-force.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { contradictions } from "./assertion.ts";
import { databaseContradiction, seeDatabase } from "./database.ts";
import { openContradiction } from "./service.ts";

/**
 * What contradicts that the record of the standby has one of these postures, from the point of this run, here and for everybody.
 */
export async function recordContradiction(
  context: RecoveryContext,
  postures: readonly Activation["posture"][],
): Promise<string | undefined> {
  const { pair } = await context.subject();
  const wanted = postures.map((posture) => recordOf(context.run(), posture));
  const isOne = (record: Activation | undefined): boolean =>
    record !== undefined && wanted.some((one) => one.posture === record.posture && agreeOnPoint(record, one));
  const file = `${pair.standby.name}.activation.json`;
  if (!isOne(pair.activation))
    return `${file} is ${pair.activation?.posture ?? "missing"}, and not ${postures.join(" or ")} from the recovery point of this run`;
  const inForce = await inForceOf(context);
  if ("problem" in inForce) return inForce.problem;
  return isOne(inForce.record)
    ? undefined
    : `${recordAddress(context.place)} is ${inForce.record?.posture ?? "missing"}, and not as ${file}`;
}

type InForce = { readonly record: Activation | undefined } | { readonly problem: string };

/** The record for everybody; one that can't be read contradicts whatever is claimed of it. */
async function inForceOf({ place, aws }: RecoveryContext): Promise<InForce> {
  try {
    return { record: await readRecordInForce(place, aws.in(place.region)) };
  } catch (error) {
    if (error instanceof DamagedRecord) return { problem: error.message };
    throw error;
  }
}

/** That the standby has the database of this run's recovery point. */
export async function standbyRestored(context: RecoveryContext): Promise<string | undefined> {
  const { recoveryPoint } = context.run();
  if (recoveryPoint === undefined) return "no recovery point was chosen in this run";
  const { standby } = await context.subject();
  return contradictions(
    recordContradiction(context, ["restored", "active"]),
    databaseContradiction(standby, context.standby, recordOf(context.run(), "restored").recoveryPoint),
  );
}

/** That the standby is open to the public as its record says. */
export async function standbyOpen(context: RecoveryContext): Promise<string | undefined> {
  if (context.run().recoveryPoint === undefined) return "no recovery point was chosen in this run";
  return contradictions(
    recordContradiction(context, ["active"]),
    openContradiction((await context.subject()).standby, context.standby),
  );
}

/** That the record says that the standby is hardened, and that RDS protects its database from deletion. */
export async function standbyHardened(context: RecoveryContext): Promise<string | undefined> {
  const { recoveryPoint } = context.run();
  if (recoveryPoint === undefined) return "no recovery point was chosen in this run";
  const { pair, standby } = await context.subject();
  const wanted = recordOf(context.run(), "restored");
  const { instance, contradiction } = await seeDatabase(standby, context.standby, wanted.recoveryPoint);
  return contradictions(
    Promise.resolve(
      isHardenedFor(pair.activation, wanted)
        ? undefined
        : `${standby.name}.activation.json does not say that it is hardened`,
    ),
    Promise.resolve(contradiction),
    Promise.resolve(
      instance?.protected === true || !standby.config.database.deletionProtection
        ? undefined
        : `the database of ${standby.name} is not protected from deletion`,
    ),
  );
}

/** That nobody takes the standby for anything but a pilot light. */
export async function recordGone(context: RecoveryContext): Promise<string | undefined> {
  const { pair } = await context.subject();
  if (pair.activation !== undefined)
    return `${pair.standby.name}.activation.json is ${pair.activation.posture}`;
  const inForce = await inForceOf(context);
  if ("problem" in inForce) return inForce.problem;
  return inForce.record && `${recordAddress(context.place)} is ${inForce.record.posture}`;
}
