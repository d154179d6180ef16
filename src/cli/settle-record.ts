import type { Activation } from "../activation/schema.ts";
import { AwsFailure } from "../aws/failure.ts";
import { UserError } from "../config/problem.ts";
import { activationFile } from "../recovery/activation-file.ts";
import type { Inquiry } from "../recovery/checks/check.ts";
import type { Run } from "../recovery/journal/run.ts";
import { agree, DamagedRecord, postureText, recordAddress } from "../recovery/record-in-force.ts";
import { movingRun } from "../recovery/runs.ts";

/** What a command that changes something has to know of the standby's record. */
export interface SettledRecord {
  /** The record that the folder lacks, to be written once it was confirmed. */
  readonly missing: Activation | undefined;
  readonly notes: readonly string[];
}

/**
 * Makes sure that what is begun goes by the record that is in force: a stale checkout would take a pilot light for a standby
 * that serves, or the other way around.
 *
 * @throws UserError when the folder has a record that is not the one in force, or what is in force is no record
 */
export async function settleRecord(
  environments: string,
  { subject, ownRecord, recordInForce, place }: Inquiry,
  runs: readonly Run[],
  execute: boolean,
): Promise<SettledRecord> {
  const { name } = subject.standby;
  const file = activationFile(environments, name);
  const address = recordAddress(place);
  // A run that was killed may have written one of the two only, and its next attempt writes the other.
  const isMoving = movingRun(runs) !== undefined;
  let inForce: Activation | undefined;
  try {
    inForce = await recordInForce();
  } catch (error) {
    if (error instanceof DamagedRecord && !isMoving) {
      const cure = error.isNewer
        ? "bring this checkout up to date, its tool included"
        : ownRecord === undefined
          ? `put the record there, or where ${name} is a pilot light: aws s3 rm --region ${place.region} ${address}`
          : `put it right: aws s3 cp --region ${place.region} ${file} ${address}`;
      throw new UserError([
        { file: address, key: "", message: `is no activation record, got ${error.got}; ${cure}` },
      ]);
    }
    if (!(error instanceof AwsFailure || error instanceof DamagedRecord)) throw error;
    // Refused, and not out of reach: a standby that serves may be behind it, and nothing is begun on a guess.
    const isGuess = execute && ownRecord === undefined && !isMoving;
    if (isGuess && error instanceof AwsFailure && error.kind !== "unreachable") throw error;
    // A recovery is not kept from going on by what can't be reached; the check activation-record says it.
    const guess = `the record in force can't be read, and ${name} is taken for what ${file} says: ${error.message}`;
    return { missing: undefined, notes: isMoving ? [] : [guess] };
  }
  if (ownRecord === undefined) {
    if (inForce === undefined) return { missing: undefined, notes: [] };
    const what = execute ? `it is written again from ${address}: commit it` : "--execute writes it again";
    return {
      missing: inForce,
      notes: [`${file} is missing here, and ${name} is ${inForce.posture}: ${what}`],
    };
  }
  if (isMoving || (inForce !== undefined && agree(ownRecord, inForce)))
    return { missing: undefined, notes: [] };
  const cure =
    inForce === undefined
      ? `bring the checkout up to date or remove the file; after a recovery by hand: aws s3 cp --region ${place.region} ${file} ${address}`
      : `bring the checkout up to date, or: aws s3 cp --region ${place.region} ${address} ${file}`;
  const got = `${postureText(ownRecord)}, while ${inForce === undefined ? "none is in force" : `${postureText(inForce)} is`}`;
  throw new UserError([
    { file, key: "", message: `is not the record that is in force, got ${got}; ${cure}` },
  ]);
}
