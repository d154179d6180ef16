import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";

/** Where an environment's stack has its database. */
export const DATABASE = "aws_db_instance.database_instance";

/** The database, and what belongs to just that one. */
const OF_DATABASE = [
  DATABASE,
  "aws_cloudwatch_log_group.database_postgresql_log",
  "aws_cloudwatch_log_group.database_upgrade_log",
] as const;

/** Of a standby, the replication that the stale primary keeps for as long as it lives. */
const REPLICATION = "aws_db_instance_automated_backups_replication.automated_backups_replication";

/**
 * Takes a database out of Terraform's hands, so that another one can be made at its address and nothing is destroyed.
 *
 * It stays, with its logs, and RDS refuses to delete it. Only a person can do that, once nobody misses anything in it.
 *
 * @param next identifier of the database that takes its place; that one is never released
 */
export async function releaseDatabase(
  context: RecoveryContext,
  spec: ServiceSpec,
  aws: RegionalAws,
  next: string,
): Promise<string> {
  const { terraform, tell, journal } = context;
  const earlier = await keepAgain(context, aws);
  const identifier = (await terraform.attributes(spec.name, DATABASE))?.["identifier"];
  if (identifier === undefined) return [`${spec.name} manages no database now`, ...earlier].join("; ");
  if (typeof identifier !== "string")
    throw new Error(`the state of ${spec.name} names no identifier at ${DATABASE}`);
  if (identifier === next) return [`${spec.name} has ${next} already`, ...earlier].join("; ");
  await protect(identifier, aws);
  // Before: the state is all that knows it, and forgets it now.
  const problem = await journal.record({ event: "database-kept", identifier, region: aws.region });
  if (problem !== undefined) tell(problem);
  await terraform.release(spec.name, [...OF_DATABASE, REPLICATION]);
  tell(`${identifier} is kept, outside of Terraform, until a person deletes it`);
  return [`${identifier} is ${KEPT}`, ...earlier].join("; ");
}

const KEPT = "kept outside of Terraform, protected from deletion";

/** What an earlier attempt of this run has released here stays protected, and what a person has deleted since is said to be gone. */
const keepAgain = ({ run }: RecoveryContext, aws: RegionalAws): Promise<readonly string[]> =>
  Promise.all(
    run()
      .kept.filter(({ region }) => region === aws.region)
      .map(async ({ identifier }) => {
        if ((await aws.database(identifier)) === undefined)
          return `${identifier} is gone: somebody has deleted it`;
        await protect(identifier, aws);
        return `${identifier} is ${KEPT}`;
      }),
  );

async function protect(identifier: string, aws: RegionalAws): Promise<void> {
  const found = await aws.database(identifier);
  // Somebody has deleted it by hand: there is nothing to keep.
  if (found === undefined || found.protected) return;
  await aws.protectDatabase(identifier);
  if ((await aws.database(identifier))?.protected === true) return;
  throw new StepFailed(
    `${identifier} in ${aws.region} is not protected from deletion, and stays in the state`,
    "nothing was released",
    [
      `aws rds modify-db-instance --region ${aws.region} --db-instance-identifier ${identifier} --deletion-protection --apply-immediately`,
    ],
  );
}

/** How a person deletes a database that was kept, with a last snapshot. */
export const deleteCommands = (identifier: string, region: string): readonly string[] => [
  `aws rds modify-db-instance --region ${region} --db-instance-identifier ${identifier} --no-deletion-protection --apply-immediately`,
  `aws rds delete-db-instance --region ${region} --db-instance-identifier ${identifier} --final-db-snapshot-identifier ${identifier}-kept --no-delete-automated-backups`,
];
