import type { RecoveryPoint } from "../../activation/schema.ts";
import { identifierOf } from "../../database/source.ts";
import type { PlanExpectation } from "../guard/expectation.ts";
import { ensureRecord } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import type { RecoveryContext } from "../steps/step.ts";
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
  await adoptOrphan(context, subject);
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
  // First what can't be made twice: Terraform writes its state down only now and then, and a restore takes long.
  await applyGuarded(context, {
    stack,
    expectation: { ...expectation, partial: true },
    expectedMinutes: 1,
    options: { targets: MADE_ONCE },
  });
  const evidence = await applyGuarded(context, { stack, expectation, expectedMinutes });
  return `${restoredIdentifier(subject)} is restored; ${evidence}`;
}

/**
 * The log groups that RDS writes to, which AWS makes once only, and what replaces an instance when it changes: left to the
 * restore, it would replace the restored one after a kill.
 */
const MADE_ONCE = [
  ...["postgresql", "upgrade"].map((log) => `aws_cloudwatch_log_group.database_${log}_log`),
  "terraform_data.database_incarnation",
];

const DATABASE = { type: "aws_db_instance", name: "database_instance" };

/** A machine that died in the middle of a restore leaves an instance that no state knows of: a second one is not made. */
async function adoptOrphan(context: RecoveryContext, subject: Subject): Promise<void> {
  const {
    standby: spec,
    standby: { recoveryPoint },
  } = subject;
  const identifier = restoredIdentifier(subject);
  if ((await context.standby.database(identifier)) === undefined || recoveryPoint === undefined) return;
  const known = await context.terraform.attributes(spec.name, `${DATABASE.type}.${DATABASE.name}`);
  if (known?.["identifier"] === identifier) return;
  await waitFor(context, {
    what: `for ${identifier}, which an earlier attempt has begun to restore`,
    expectedMinutes: undefined,
    longestMinutes: LONGEST_RESTORE_MINUTES,
    everyMs: 10_000,
    next: [
      `aws rds describe-db-instances --region ${spec.region} --db-instance-identifier ${identifier} --query "DBInstances[0].DBInstanceStatus"`,
    ],
    probe: async () => {
      const status = (await context.standby.database(identifier))?.status ?? "gone";
      return status === "available" ? { done: true, evidence: status } : { done: false, progress: status };
    },
  });
  const { kind } = recoveryPoint;
  await context.terraform.adopt(
    spec.name,
    DATABASE,
    identifier,
    kind === "snapshot" ? { snapshot_identifier: recoveryPoint.snapshotArn } : pointInTime(recoveryPoint),
  );
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

/** Identifier of the database that the record names. */
export const restoredIdentifier = ({ standby }: Subject): string =>
  identifierOf(standby.names, standby.recoveryPoint);
