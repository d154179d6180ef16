import type { RecoveryPoint } from "../../activation/schema.ts";
import type { RegionalAws } from "../../aws/port.ts";
import type { DatabaseInstance } from "../../aws/safekeeping.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { identifierOf } from "../../database/source.ts";
import type { PlanExpectation } from "../guard/expectation.ts";
import { hasSecret, type StateObject } from "../terraform/adoption.ts";
import type { Adoption } from "../terraform/terraform.ts";
import { applyGuarded } from "./apply.ts";
import { stuckRemedy, takesSnapshots } from "../database-status.ts";
import { deleteCommands } from "../failback/release-database.ts";
import { type RecoveryContext, StepFailed } from "./step.ts";
import { waitFor } from "./wait.ts";

/**
 * Brings an apply that makes a database, and failed or was cut off before, to where it can go on; prepares one that was not
 * begun.
 *
 * A machine that died in the middle of an apply leaves an instance that the state lacks, and a call that failed after the
 * restore one that the state calls tainted (T51): the instance is kept, and a second one is never made. What the state has
 * and RDS does not is dropped, so that it is made.
 *
 * @param spec as its record says by now; one without a recovery point gets an empty database
 * @returns whether there was an earlier attempt that had come to the database
 * @throws StepFailed when a database is in the way that somebody keeps: nothing was made then
 */
export async function takeUpApply(
  context: RecoveryContext,
  spec: ServiceSpec,
  aws: RegionalAws,
  expectation: PlanExpectation,
): Promise<boolean> {
  const { name: stack, names, recoveryPoint, role } = spec;
  const { terraform, tell } = context;
  const identifier = identifierOf(names, recoveryPoint);
  const isOfThis = ({ attributes }: StateObject): boolean => attributes["identifier"] === identifier;
  const found = await aws.database(identifier);
  const objects = await terraform.objects(stack, DATABASE);
  const present = objects.find(({ isDeposed }) => !isDeposed);
  const isPresent = present !== undefined && isOfThis(present);
  const isManaged = isPresent && !present.isTainted;
  // Before anything is made for it. A primary is protected from the first, and each return restores a snapshot of its own.
  if (found?.protected === true && !objects.some(isOfThis) && role.kind === "standby")
    throw keptBefore(identifier, aws.region, recoveryPoint);
  // Nothing but its incarnation replaces a restored database by an empty one: were that made before, Terraform would rename
  // the restored one, data and all.
  const renames = recoveryPoint === undefined && present !== undefined && !isPresent;
  if (!renames) await makeOnce(context, stack, expectation);
  const exists =
    found !== undefined && (isManaged || (await awaitSettled(context, aws, identifier)) !== GONE);
  if (!exists) {
    if (!objects.some(isOfThis)) return false;
    tell(`the state of ${stack} lists ${identifier}, which does not exist: it is dropped from the state`);
    await terraform.drop(stack, DATABASE, isOfThis);
    return false;
  }
  if (!isManaged) await terraform.adopt(stack, DATABASE, identifier, argumentsOf(recoveryPoint));
  // Terraform destroys by name: the present one.
  else if (objects.some((one) => one.isDeposed && isOfThis(one)))
    await terraform.drop(stack, DATABASE, (one) => one.isDeposed && isOfThis(one));
  if (renames) await makeOnce(context, stack, expectation);
  await bringSecret(context, stack, expectation);
  return true;
}

export const DATABASE = { type: "aws_db_instance", name: "database_instance" };
const ADDRESS = `${DATABASE.type}.${DATABASE.name}`;

/**
 * What AWS makes once only, and what replaces an instance when it changes: left to the whole apply, it would replace the new
 * one after a kill.
 */
const MADE_ONCE = new Set(["aws_cloudwatch_log_group", "terraform_data"]);

/** First what can't be made twice: Terraform writes its state down only now and then, and a restore takes long. */
async function makeOnce(
  context: RecoveryContext,
  stack: string,
  expectation: PlanExpectation,
): Promise<void> {
  const { changes } = await context.terraform.plan(stack);
  const targets = changes.filter(({ type }) => MADE_ONCE.has(type)).map(({ address }) => address);
  if (targets.length === 0) return;
  await applyGuarded(context, {
    stack,
    expectation: { ...expectation, partial: true },
    expectedMinutes: 1,
    options: { targets },
  });
}

/** Whatever refers to the secret can't be planned before there is one. */
async function bringSecret(
  context: RecoveryContext,
  stack: string,
  expectation: PlanExpectation,
): Promise<void> {
  const adopted = await context.terraform.attributes(stack, ADDRESS);
  if (adopted === undefined || hasSecret(adopted)) return;
  await applyGuarded(context, {
    stack,
    expectation: { ...expectation, partial: true },
    expectedMinutes: undefined,
    options: { targets: [ADDRESS] },
  });
}

/** A standby protects nothing before it is opened; a return protects what it keeps, with all that was written to it. */
const keptBefore = (identifier: string, region: string, point: RecoveryPoint | undefined): StepFailed =>
  point === undefined
    ? new StepFailed(
        `${identifier} is there already, protected, and no state knows of it: it is not taken for an empty database`,
        "no database was made or replaced",
        ["# delete it first, once nobody misses anything in it", ...deleteCommands(identifier, region)],
      )
    : new StepFailed(
        `${identifier} is there already, protected: an earlier return has kept it, with what was written after its recovery point`,
        "nothing was restored",
        [
          "# give this run up with npm run dr -- rollback, then restore another point: failover takes it as --recovery-point",
          "# or delete that database first, once nobody misses anything in it",
          ...deleteCommands(identifier, region),
        ],
      );

/** What has been deleted in the meantime. */
export const GONE = "gone";

/** Waits until a database is available, or gone. */
export const awaitSettled = (
  context: RecoveryContext,
  aws: RegionalAws,
  identifier: string,
): Promise<string> =>
  waitFor(context, {
    what: `for ${identifier}, which an earlier attempt has begun to make`,
    expectedMinutes: undefined,
    longestMinutes: LONGEST_RESTORE_MINUTES,
    everyMs: 10_000,
    next: [
      `aws rds describe-db-instances --region ${aws.region} --db-instance-identifier ${identifier} --query "DBInstances[0].DBInstanceStatus"`,
    ],
    probe: async () => {
      const found = await aws.database(identifier);
      const status = found?.status ?? GONE;
      if (found !== undefined) refuseStuck(identifier, found, aws.region);
      return takesSnapshots(status) || status === GONE
        ? { done: true, evidence: status }
        : { done: false, progress: status };
    },
  });

/** Waiting does not help: it is said at once, and not after hours. Nobody has written to one that is not protected yet. */
function refuseStuck(identifier: string, { status, ...found }: DatabaseInstance, region: string): void {
  const remedy = stuckRemedy(status);
  if (remedy === undefined) return;
  const again = `aws rds delete-db-instance --region ${region} --db-instance-identifier ${identifier} --skip-final-snapshot --delete-automated-backups`;
  throw new StepFailed(
    `${identifier} is ${status}, which does not pass by itself`,
    "no database was replaced",
    [
      `# ${remedy}`,
      `aws rds describe-events --region ${region} --source-type db-instance --source-identifier ${identifier} --duration 1440`,
      ...(found.protected
        ? []
        : ["# or delete it, since nobody has used it yet: the same command makes it again", again]),
    ],
  );
}

/** What an instance was restored from, which AWS does not tell; an empty one was made from nothing. */
function argumentsOf(point: RecoveryPoint | undefined): Adoption {
  if (point === undefined) return {};
  return point.kind === "snapshot" ? { snapshot_identifier: point.snapshotArn } : pointInTime(point);
}

/** As the provider keeps it: a block is a list. */
const pointInTime = ({
  automatedBackupArn,
  restoreTime,
}: Extract<RecoveryPoint, { readonly kind: "point-in-time" }>) => ({
  restore_to_point_in_time: [
    {
      restore_time: restoreTime,
      source_db_instance_automated_backups_arn: automatedBackupArn,
      source_db_instance_identifier: null,
      source_dbi_resource_id: null,
      use_latest_restorable_time: null,
    },
  ],
});

/** As long as Terraform itself would wait. */
const LONGEST_RESTORE_MINUTES = 180;
