import type { RecoveryPoint } from "../../activation/schema.ts";
import type { RegionalAws } from "../../aws/port.ts";
import type { DatabaseInstance } from "../../aws/safekeeping.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { identifierOf } from "../../database/source.ts";

/** A database that an environment is to have, and what RDS says of it. */
export interface SeenDatabase {
  readonly identifier: string;
  /** Undefined when the region has none of that name. */
  readonly instance: DatabaseInstance | undefined;
  /** What is not as it has to be, the worst first; undefined when it serves. */
  readonly contradiction: string | undefined;
}

/**
 * Asks RDS for the database of an environment.
 *
 * RDS does not say what an instance was restored from. Its identifier does: it follows from the recovery point.
 *
 * @param recoveryPoint what it was made from; an empty database without one
 * @throws AwsFailure
 */
export async function seeDatabase(
  spec: ServiceSpec,
  aws: RegionalAws,
  recoveryPoint: RecoveryPoint | undefined = spec.recoveryPoint,
): Promise<SeenDatabase> {
  const identifier = identifierOf(spec.names, recoveryPoint);
  const instance = await aws.database(identifier);
  if (instance === undefined)
    return { identifier, instance, contradiction: `there is no database ${identifier} in ${aws.region}` };
  // A copy borrows the key of what it was copied from.
  const alias = `alias/${(spec.copyOf?.names ?? spec.names).of("data")}`;
  const key = await aws.key(alias);
  const wanted = spec.config.database.engineVersion;
  const differences = [
    ...(SERVING.has(instance.status) ? [] : [`is ${instance.status}`]),
    ...(instance.keyArn !== undefined && instance.keyArn === key?.arn
      ? []
      : [`is encrypted with ${instance.keyArn ?? "no key"}, and ${alias} is ${key?.arn ?? "missing"}`]),
    ...(instance.engineVersion.split(".")[0] === wanted
      ? []
      : [`runs PostgreSQL ${instance.engineVersion}, and not ${wanted}`]),
  ];
  const contradiction = differences.length === 0 ? undefined : `${identifier} ${differences.join(", ")}`;
  return { identifier, instance, contradiction };
}

/** What is wrong with the database of an environment; undefined when it serves. */
export const databaseContradiction = async (
  ...asked: Parameters<typeof seeDatabase>
): Promise<string | undefined> => (await seeDatabase(...asked)).contradiction;

/** RDS's words for an instance that takes connections; others are a failure, an end, or a beginning. */
const SERVING: ReadonlySet<string> = new Set([
  "available",
  "backing-up",
  "configuring-enhanced-monitoring",
  "configuring-iam-database-auth",
  "configuring-log-exports",
  "modifying",
  "resetting-master-credentials",
  "storage-config-upgrade",
  "storage-initialization",
  "storage-optimization",
]);
