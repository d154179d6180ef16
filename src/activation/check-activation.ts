import { parseArn } from "../config/fields.ts";
import type { Problem } from "../config/problem.ts";
import type { Activation } from "./schema.ts";

/** Where a recovery point must lie to be restorable. */
interface Destination {
  readonly file: string;
  readonly region: string;
  readonly accountId: string;
  /** PostgreSQL major version of the standby. */
  readonly engineVersion: string;
}

/** What a record and the standby that it activates say about each other. */
export function* checkActivation(
  { recoveryPoint, declaredAt }: Activation,
  destination: Destination,
): Generator<Problem> {
  const { file, region, accountId, engineVersion } = destination;
  const [name, value] =
    recoveryPoint.kind === "snapshot"
      ? ["snapshotArn", recoveryPoint.snapshotArn]
      : ["automatedBackupArn", recoveryPoint.automatedBackupArn];
  const key = `recoveryPoint.${name}`;
  const arn = parseArn(value);
  if (arn !== undefined && arn.region !== region) {
    const message = `is in another region, got ${arn.region}; name a recovery point that was copied to ${region}`;
    yield { file, key, message };
  }
  if (arn !== undefined && arn.accountId !== accountId) {
    const message = `belongs to another account, got ${arn.accountId}; name a recovery point of ${accountId}`;
    yield { file, key, message };
  }
  const major = recoveryPoint.engineVersion.split(".")[0];
  if (major !== engineVersion) {
    const message = `can't be restored as PostgreSQL ${engineVersion}, got ${recoveryPoint.engineVersion}; choose a recovery point of version ${engineVersion}, or set database.engineVersion of the pair to ${major}`;
    yield { file, key: "recoveryPoint.engineVersion", message };
  }
  yield* checkTimes(recoveryPoint, declaredAt, file);
}

/** Data may be taken after the declaration, by a last copy of a primary that was fenced; not days after it. */
const LATEST_HOURS_AFTER = 24;

/**
 * Times that contradict each other, whatever the clock says.
 *
 * Nothing here reads a clock: a synthesis gives the same today and tomorrow. A time that is still to come is refused by RDS.
 */
function* checkTimes(
  recoveryPoint: Activation["recoveryPoint"],
  declaredAt: string,
  file: string,
): Generator<Problem> {
  const [name, time] =
    recoveryPoint.kind === "snapshot"
      ? ["createdAt", recoveryPoint.createdAt]
      : ["restoreTime", recoveryPoint.restoreTime];
  const hoursAfter = (Date.parse(time) - Date.parse(declaredAt)) / 3_600_000;
  if (hoursAfter <= LATEST_HOURS_AFTER) return;
  const message = `is more than ${LATEST_HOURS_AFTER} h after declaredAt ${declaredAt}, got ${time}; correct one of them`;
  yield { file, key: `recoveryPoint.${name}`, message };
}
