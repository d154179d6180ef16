import type { RecoveryPoint } from "../../activation/schema.ts";
import { identifierOf } from "../../database/source.ts";
import type { PlanExpectation } from "../guard/expectation.ts";
import { ensureRecord } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { hasSecret } from "../terraform/adoption.ts";
import type { Adoption } from "../terraform/terraform.ts";
import { waitFor } from "../steps/wait.ts";
import type { Subject } from "../subject.ts";

/**
 * Brings the database back, and the compute with it: the record says `restored`, and Terraform does the rest.
 *
 * @param replaceable identifier of a restored database that a person has given up
 */
export async function restoreDatabase(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
  replaceable: string | undefined,
): Promise<string> {
  await ensureRecord(context, "restored");
  await context.terraform.synthesize();
  const subject = await context.subject();
  const { standby, project } = subject;
  const { recoveryPoint } = context.run();
  const stack = standby.name;
  const expectation: PlanExpectation = {
    transition: "restore",
    region: standby.region,
    accountId: project.accountId,
    environment: stack,
    databasesMayGo: [
      identifierOf(standby.names, undefined),
      ...(replaceable === undefined ? [] : [replaceable]),
    ],
    ...(recoveryPoint && { restoredFrom: recoveryPoint.arn }),
  };
  await makeOnce(context, stack, expectation);
  await adoptOrphan(context, subject, expectation);
  const evidence = await applyGuarded(context, { stack, expectation, expectedMinutes });
  return `${restoredIdentifier(subject)} is restored; ${evidence}`;
}

/**
 * What AWS makes once only, and what replaces an instance when it changes: left to the restore, it would replace the restored
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

const DATABASE = { type: "aws_db_instance", name: "database_instance" };

/** A machine that died in the middle of a restore leaves an instance that no state knows of: a second one is not made. */
async function adoptOrphan(
  context: RecoveryContext,
  subject: Subject,
  expectation: PlanExpectation,
): Promise<void> {
  const { name: stack, recoveryPoint } = subject.standby;
  const identifier = restoredIdentifier(subject);
  if ((await context.standby.database(identifier)) === undefined || recoveryPoint === undefined) return;
  const address = `${DATABASE.type}.${DATABASE.name}`;
  const known = await context.terraform.attributes(stack, address);
  if (known?.["identifier"] !== identifier) {
    await awaitRestored(context, subject, identifier);
    await context.terraform.adopt(stack, DATABASE, identifier, argumentsOf(recoveryPoint));
  }
  const adopted = await context.terraform.attributes(stack, address);
  if (adopted === undefined || hasSecret(adopted)) return;
  // Whatever refers to the secret can't be planned before there is one.
  await applyGuarded(context, {
    stack,
    expectation: { ...expectation, partial: true },
    expectedMinutes: undefined,
    options: { targets: [address] },
  });
}

const awaitRestored = (
  context: RecoveryContext,
  { standby: { region } }: Subject,
  identifier: string,
): Promise<string> =>
  waitFor(context, {
    what: `for ${identifier}, which an earlier attempt has begun to restore`,
    expectedMinutes: undefined,
    longestMinutes: LONGEST_RESTORE_MINUTES,
    everyMs: 10_000,
    next: [
      `aws rds describe-db-instances --region ${region} --db-instance-identifier ${identifier} --query "DBInstances[0].DBInstanceStatus"`,
    ],
    probe: async () => {
      const status = (await context.standby.database(identifier))?.status ?? "gone";
      return status === "available" ? { done: true, evidence: status } : { done: false, progress: status };
    },
  });

/** What an instance was restored from, which AWS does not tell. */
const argumentsOf = (point: RecoveryPoint): Adoption =>
  point.kind === "snapshot" ? { snapshot_identifier: point.snapshotArn } : pointInTime(point);

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

/** Identifier of the database that the record names. */
export const restoredIdentifier = ({ standby }: Subject): string =>
  identifierOf(standby.names, standby.recoveryPoint);
