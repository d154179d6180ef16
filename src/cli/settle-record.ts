import { AwsFailure } from "../aws/failure.ts";
import { UserError } from "../config/problem.ts";
import { activationFile, writeActivation } from "../recovery/activation-file.ts";
import type { Inquiry } from "../recovery/checks/check.ts";
import type { Run } from "../recovery/journal/run.ts";
import { agree, recordAddress } from "../recovery/record-in-force.ts";
import { isMoving } from "../recovery/runs.ts";

/**
 * Makes sure that what is begun goes by the record that is in force: a stale checkout would take a pilot light for a standby
 * that serves, or the other way around.
 *
 * @returns what the operator must know of it
 * @throws UserError when the folder has a record that is not the one in force
 */
export async function settleRecord(
  environments: string,
  { subject, ownRecord, recordInForce, place }: Inquiry,
  runs: readonly Run[],
  execute: boolean,
): Promise<readonly string[]> {
  const { name } = subject.standby;
  const file = activationFile(environments, name);
  const address = recordAddress(place);
  const inForce = await recordInForce().catch((error: unknown) => {
    // A recovery is not kept from going on by what can't be read; the check activation-record says it.
    if (error instanceof AwsFailure) return ownRecord;
    throw error;
  });
  if (ownRecord === undefined) {
    if (inForce === undefined) return [];
    if (execute) writeActivation(environments, name, inForce);
    const what = execute ? `was written again from ${address}: commit it` : "--execute writes it again";
    return [`${file} is missing here, and ${name} is ${inForce.posture}: ${what}`];
  }
  // A run that was killed may have written one of the two only, and its next attempt writes the other.
  if (isMoving(runs) || (inForce !== undefined && agree(ownRecord, inForce))) return [];
  const cure =
    inForce === undefined
      ? `bring the checkout up to date or remove the file; after a recovery by hand: aws s3 cp --region ${place.region} ${file} ${address}`
      : `bring the checkout up to date, or: aws s3 cp --region ${place.region} ${address} ${file}`;
  const got = `${ownRecord.posture}, while ${inForce === undefined ? "none is in force" : `${inForce.posture} is`}`;
  throw new UserError([
    { file, key: "", message: `is not the record that is in force, got ${got}; ${cure}` },
  ]);
}
