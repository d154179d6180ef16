import type { StepId } from "../objectives/steps.ts";
import { drCommand } from "./commands.ts";
import { contradictions } from "./assertions/assertion.ts";
import { fencedAsFarAsSaid } from "./assertions/fence.ts";
import { standbyHardened, standbyOpen, standbyRestored } from "./assertions/record.ts";
import { healthyContradiction, runsContradiction } from "./assertions/service.ts";
import { switchContradiction } from "./assertions/traffic.ts";
import { awaitHealthy, scaleCompute } from "./failover/compute.ts";
import { cutOverToStandby, leverOf } from "./failover/cut-over.ts";
import { declareAndFence } from "./failover/declare.ts";
import { harden } from "./failover/harden.ts";
import { openIngress } from "./failover/open-ingress.ts";
import { chooseRecoveryPoint, pointWrittenDown, recoveryPointChosen } from "./failover/recovery-point.ts";
import { restoreDatabase } from "./failover/restore-database.ts";
import { validate, validationCalls, validContradiction } from "./failover/validate.ts";
import { fenceCalls } from "./fence/fence.ts";
import type { Run } from "./journal/run.ts";
import { expectedMinutes, stepsOfPair } from "./minutes.ts";
import type { PointChoice } from "./steps/choose-recovery-point.ts";
import { waitTitle } from "./dns/users-names.ts";
import type { Calls, RecoveryPlan, RecoveryStep } from "./steps/step.ts";
import type { Subject } from "./subject.ts";

/** What a person decides about a failover. */
export interface FailoverOptions {
  readonly point: PointChoice;
  /** Identifier of an earlier restored database that may be destroyed for this one. */
  readonly replaceDatabase: string | undefined;
}

/** Moves the service of a pair to its standby. */
export function failover(
  subject: Subject,
  options: FailoverOptions,
  runs: readonly Run[],
  warnings: readonly string[],
): RecoveryPlan {
  const { primary, standby } = subject;
  return {
    verb: "failover",
    environment: standby.name,
    title: `${standby.name} in ${standby.region} takes over ${primary.name} of ${primary.region}`,
    warnings,
    steps: stepsOf(subject, options, expectedMinutes(subject, runs)),
    undo: `npm run dr -- rollback --environment ${standby.name}`,
    // Once the standby is open, the failover itself leads users to what serves.
    reopen: ({ steps }) =>
      steps.get("open-ingress")?.state === "done"
        ? undefined
        : drCommand("rollback", {
            environment: standby.name,
            execute: true,
            confirm: standby.name,
            reason: "the failover can't go on",
          }),
  };
}

type Parts = Omit<RecoveryStep, "id" | "dependsOn" | "minutes" | "isDone"> &
  Partial<Pick<RecoveryStep, "isDone">>;

function stepsOf(
  subject: Subject,
  options: FailoverOptions,
  minutesOf: (step: string) => number | undefined,
): readonly RecoveryStep[] {
  const parts = partsOf(subject, options, minutesOf);
  return stepsOfPair(subject).map(({ id, after }) => ({
    id,
    dependsOn: after,
    minutes: minutesOf(id),
    // What Terraform and AWS find done already costs them one look; nothing is done twice.
    isDone: async () => undefined,
    ...parts[id],
  }));
}

function partsOf(
  subject: Subject,
  { point, replaceDatabase }: FailoverOptions,
  minutesOf: (step: string) => number | undefined,
): Readonly<Record<StepId, Parts>> {
  const { primary, standby } = subject;
  const here = (actions: readonly string[]): readonly Calls[] => [{ region: standby.region, actions }];
  const lever = leverOf(subject);
  const closed = "nothing to undo: it only waits";
  return {
    declare: {
      contradiction: fencedAsFarAsSaid("declare"),
      holdsUntil: "cut-over",
      title: `declares the disaster and fences ${primary.name}, as far as ${primary.region} answers`,
      calls: [fenceCalls(primary)],
      undo: `npm run dr -- rollback --environment ${standby.name} # takes the fence back`,
      run: declareAndFence,
    },
    "choose-recovery-point": {
      contradiction: pointWrittenDown,
      title: "chooses what the database is restored from",
      calls: here(POINT_CALLS),
      undo: "nothing to undo: it only looks",
      isDone: recoveryPointChosen,
      run: (context) => chooseRecoveryPoint(context, point),
    },
    "restore-database": {
      contradiction: standbyRestored,
      title: "restores the database and starts the service, closed to the public",
      calls: here([...STATE_CALLS, ...RESTORE_CALLS, "rds:DescribeDBInstances"]),
      undo: "the restored database stays until it is named to be deleted",
      run: (context) => restoreDatabase(context, minutesOf("restore-database"), replaceDatabase),
    },
    "scale-compute": {
      contradiction: async (context) => runsContradiction((await context.subject()).standby, context.standby),
      title: "waits until as much runs as is wanted",
      calls: here(["ecs:DescribeServices"]),
      undo: closed,
      run: (context) => scaleCompute(context, minutesOf("scale-compute")),
    },
    "await-healthy": {
      contradiction: async (context) =>
        healthyContradiction((await context.subject()).standby, context.standby),
      title: "waits until the load balancer finds it healthy",
      calls: here(["elasticloadbalancing:DescribeTargetHealth"]),
      undo: closed,
      run: (context) => awaitHealthy(context, minutesOf("await-healthy")),
    },
    "open-ingress": {
      contradiction: standbyOpen,
      title: `opens ${standby.name} to the public, its database protected from deletion`,
      calls: here([
        ...STATE_CALLS,
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:DescribeSecurityGroupRules",
        "rds:ModifyDBInstance",
      ]),
      undo: `npm run dr -- rollback --environment ${standby.name} # closes it`,
      run: (context) => openIngress(context, minutesOf("open-ingress")),
    },
    "cut-over": {
      contradiction: (context) =>
        contradictions(switchContradiction(context, "on"), fencedAsFarAsSaid("cut-over")(context)),
      title:
        lever === undefined
          ? `fences ${primary.name} once more, and ${waitTitle(subject, standby)}`
          : `fences ${primary.name} once more, puts s3://${lever.bucketName}/${lever.key}, and waits until users have followed`,
      calls: [
        ...(lever === undefined
          ? []
          : [{ region: lever.region, actions: ["s3:ListBucket", "s3:PutObject"] }]),
        fenceCalls(primary),
      ],
      undo:
        lever === undefined
          ? "lead the name back"
          : `aws s3 rm --region ${lever.region} s3://${lever.bucketName}/${lever.key}`,
      run: cutOverToStandby,
    },
    validate: {
      contradiction: async (context) =>
        validContradiction(context, (await context.subject()).standby, context.standby),
      title: "asks the service as its users do",
      calls: validationCalls(subject),
      undo: "nothing to undo: it only looks",
      run: validate,
    },
    harden: {
      contradiction: standbyHardened,
      title: `makes ${standby.name} a full production environment, while it serves: second zone, backups, no empty database`,
      calls: here([...STATE_CALLS, ...HARDEN_CALLS]),
      undo: `npm run dr -- rollback --environment ${standby.name}`,
      run: (context) => harden(context, minutesOf("harden")),
    },
  };
}

/** What a step that plans and applies needs of the state, beside its own. */
const STATE_CALLS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "kms:GenerateDataKey"] as const;

const POINT_CALLS = [
  "backup:ListRecoveryPointsByBackupVault",
  "rds:DescribeDBSnapshots",
  "rds:DescribeDBInstanceAutomatedBackups",
  "kms:DescribeKey",
] as const;

const RESTORE_CALLS = [
  "rds:RestoreDBInstanceFromDBSnapshot",
  "rds:RestoreDBInstanceToPointInTime",
  "rds:ModifyDBInstance",
  "logs:CreateLogGroup",
  "ecs:RegisterTaskDefinition",
  "ecs:UpdateService",
  "application-autoscaling:RegisterScalableTarget",
  "cloudwatch:PutMetricAlarm",
] as const;

const HARDEN_CALLS = [
  "rds:ModifyDBInstance",
  "rds:DeleteDBInstance",
  "backup:ListBackupPlans",
  "backup:CreateBackupPlan",
  "backup:CreateBackupSelection",
  "iam:PassRole",
  "cloudwatch:PutMetricAlarm",
] as const;
