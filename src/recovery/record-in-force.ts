import { type Activation, activationSchema } from "../activation/schema.ts";
import type { RegionalAws } from "../aws/port.ts";
import { recordText } from "./activation-file.ts";
import { readNote } from "./damage.ts";
import type { JournalPlace } from "./journal/place.ts";

/**
 * The activation record that is in force lies beside the state as well, for those who have another checkout: a standby that
 * serves must not look like a pilot light because a file was never committed.
 */
type Place = Pick<JournalPlace, "bucket" | "recordKey">;

/** Something lies where the record belongs, and is none. */
export class DamagedRecord extends Error {
  override readonly name = "DamagedRecord";

  constructor(
    readonly address: string,
    readonly got: string,
    /** A newer version of this tool wrote it: it must be neither removed nor replaced by this one. */
    readonly isNewer: boolean,
  ) {
    super(`${address} is no activation record, got ${got}`);
  }
}

/** Where it lies, as the AWS CLI names it. */
export const recordAddress = ({ bucket, recordKey }: Place): string => `s3://${bucket}/${recordKey}`;

/**
 * Reads it; undefined in peace.
 *
 * @throws AwsFailure, or DamagedRecord when it is none
 */
export async function readRecordInForce(place: Place, aws: RegionalAws): Promise<Activation | undefined> {
  const found = await aws.read(place.bucket, place.recordKey);
  if (found === undefined) return undefined;
  const read = readNote(found.text, activationSchema);
  if ("got" in read) throw new DamagedRecord(recordAddress(place), read.got, read.isNewer === true);
  return read.value;
}

/** Puts a record into force. */
export async function enforceRecord(place: Place, aws: RegionalAws, record: Activation): Promise<void> {
  await aws.write(place.bucket, place.recordKey, recordText(record));
}

/** Ends it; one that is not there is no mistake. */
export const endRecord = (place: Place, aws: RegionalAws): Promise<void> =>
  aws.remove(place.bucket, place.recordKey);

/** Whether two records say the same of a standby: who declared changes nothing of that. */
export const agree = (one: Activation, other: Activation): boolean =>
  one.posture === other.posture && one.hardened === other.hardened && agreeOnPoint(one, other);

/** Whether two records name the same recovery point. */
export const agreeOnPoint = (one: Activation, other: Activation): boolean =>
  JSON.stringify(one.recoveryPoint) === JSON.stringify(other.recoveryPoint);

/** Whether a record says that the standby serves from what another one names, and is hardened. */
export const isHardenedFor = (known: Activation | undefined, other: Activation): boolean =>
  known?.posture === "active" && known.hardened && agreeOnPoint(known, other);

/** The posture that a record gives a standby, in words. */
export const postureText = ({ posture, hardened }: Activation): string =>
  hardened ? `${posture} and hardened` : posture;
