import { parseArn } from "../config/fields.ts";
import type { Problem } from "../config/problem.ts";
import { type Activation, majorOf } from "./schema.ts";

/** Where a recovery point must lie to be restorable. */
interface Destination {
  readonly file: string;
  readonly region: string;
  readonly accountId: string;
  readonly kind: "service" | "standby";
  /** PostgreSQL major version of the environment. */
  readonly engineVersion: string;
}

/** What a record and the environment whose database it restores say about each other. */
export function* checkActivation(
  { recoveryPoint, hardened, posture }: Pick<Activation, "recoveryPoint" | "hardened" | "posture">,
  destination: Destination,
): Generator<Problem> {
  const { file, kind, region, accountId, engineVersion } = destination;
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
  const major = majorOf(recoveryPoint);
  // A primary lives on with its record, and is upgraded one day.
  const isUpgraded = kind === "service" && posture === "active" && Number(engineVersion) > Number(major);
  if (major !== engineVersion && !isUpgraded) {
    const message = `can't be restored as PostgreSQL ${engineVersion}, got ${recoveryPoint.engineVersion}; choose a recovery point of version ${engineVersion}, or set database.engineVersion of the pair to ${major}`;
    yield { file, key: "recoveryPoint.engineVersion", message };
  }
  if (kind === "service" && hardened) {
    const message =
      "is for standbys, got true; remove the key, since a restored primary is guarded by its record from the first";
    yield { file, key: "hardened", message };
  }
}
