import { contradictions } from "../assertions/assertion.ts";
import { bothFenced } from "../assertions/fence.ts";
import { keptAsSaid, primaryRestored } from "../assertions/return.ts";
import { healthyContradiction, runsContradiction } from "../assertions/service.ts";
import { markContradiction, switchContradiction } from "../assertions/traffic.ts";
import { validContradiction } from "../failover/validate.ts";
import { leverOf, moveTraffic, moveTrafficBack } from "../failover/cut-over.ts";
import { fenceCalls } from "../fence/fence.ts";
import { awaitRunning, awaitTargets } from "../failover/compute.ts";
import { waitTitle } from "../dns/users-names.ts";
import type { Calls, RecoveryStep } from "../steps/step.ts";
import type { Subject } from "../subject.ts";
import { VALIDATION_ACTIONS } from "../validation/validate.ts";
import { compareData, dataContradiction } from "./compare-data.ts";
import { fenceBoth, standbyServes, unfenceStandby } from "./fence-both.ts";
import { copyRecoveryPoint, pointCopied, pointTaken, takeRecoveryPoint } from "./last-recovery-point.ts";
import { awaitPrimary, startPrimary, validatePrimary } from "./primary-service.ts";
import { isProtected, protectAgain, protectionContradiction } from "./protect-again.ts";
import {
  openPrimary,
  primaryOpen,
  releasePrimary,
  requireOwnDatabase,
  returnDatabase,
} from "./return-database.ts";
import { isPilotLight, returnStandby } from "./return-standby.ts";
import type { FailbackStepId, StayStepId } from "./step-ids.ts";
import type { Return } from "./way.ts";

/** A step without what follows from its place. */
export type Parts = Omit<RecoveryStep, "id" | "dependsOn" | "minutes" | "isDone"> &
  Partial<Pick<RecoveryStep, "isDone">>;
/** How long a step is expected to take. */
export type MinutesOf = (step: string) => number | undefined;

const STATE_ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "kms:GenerateDataKey"] as const;

/** What each step of a return does. */
export function partsOf(
  subject: Subject,
  way: Exclude<Return, { readonly kind: "stay" }>,
  minutesOf: MinutesOf,
): Readonly<Record<FailbackStepId, Parts>> {
  const { primary, standby } = subject;
  const home = (...actions: readonly string[]): Calls => ({ region: primary.region, actions });
  const away = (...actions: readonly string[]): Calls => ({ region: standby.region, actions });
  const lever = leverOf(subject);
  const compareCommand = way.kind === "with-data" ? way.compareCommand : undefined;
  const looks = "nothing to undo: it only looks";
  const stay = `npm run dr -- failback --stay --environment ${standby.name}`;
  const database = `import ${primary.name}'s earlier database into its state: docs/runbook.md, release-database`;
  return {
    "fence-both": {
      contradiction: bothFenced,
      holdsUntil: "start-primary",
      title: `closes and stops ${standby.name}, and ${primary.name} too: nobody is served until that is open`,
      calls: [fenceCalls(standby), fenceCalls(primary)],
      undo: stay,
      run:
        way.kind === "with-data"
          ? fenceBoth
          : async (context) => {
              await requireOwnDatabase(context);
              return fenceBoth(context);
            },
    },
    "take-recovery-point": {
      contradiction: pointTaken,
      holdsUntil: "compare-data",
      title: `takes the last recovery point of ${standby.name}'s database`,
      calls: [away("rds:DescribeDBInstances", "rds:CreateDBSnapshot", "rds:DescribeDBSnapshots")],
      undo: "nothing to undo: the snapshot stays until it is deleted",
      run: (context) => takeRecoveryPoint(context, minutesOf("take-recovery-point")),
    },
    "copy-recovery-point": {
      contradiction: pointCopied,
      holdsUntil: "compare-data",
      title: `copies it to ${primary.region}, under the key of ${primary.name}`,
      calls: [
        home("rds:CopyDBSnapshot", "rds:DescribeDBSnapshots", "kms:CreateGrant", "kms:DescribeKey"),
        away("rds:CopyDBSnapshot", "kms:CreateGrant", "kms:Decrypt"),
      ],
      undo: "nothing to undo: the copy stays until it is deleted",
      run: (context) => copyRecoveryPoint(context, minutesOf("copy-recovery-point")),
    },
    "release-database": {
      contradiction: keptAsSaid("release-database"),
      title: `takes ${primary.name}'s stale database out of Terraform's hands, protected from deletion`,
      calls: [home(...STATE_ACTIONS, "rds:DescribeDBInstances", "rds:ModifyDBInstance")],
      undo: database,
      run: releasePrimary,
    },
    "return-database": {
      contradiction: primaryRestored,
      title: `restores ${primary.name}'s database from it, closed to the public`,
      calls: [home(...STATE_ACTIONS, ...RESTORE_ACTIONS)],
      undo: `the restored database stays; ${database}`,
      run: (context) => returnDatabase(context, minutesOf("return-database")),
    },
    "compare-data": {
      contradiction: dataContradiction,
      holdsUntil: "open-primary",
      title: "compares what can be seen of both databases from outside",
      calls: [home("rds:DescribeDBInstances", "kms:DescribeKey"), away("rds:DescribeDBInstances")],
      undo: looks,
      run: (context) => compareData(context, compareCommand),
    },
    "start-primary": {
      contradiction: async (context) => runsContradiction((await context.subject()).primary, context.primary),
      title: `takes the fence of ${primary.name} back, and waits until as much runs as is wanted`,
      calls: [fenceCalls(primary)],
      undo: "nothing to undo: nobody is led there yet",
      run: (context) => startPrimary(context, minutesOf("start-primary")),
    },
    "await-primary": {
      contradiction: async (context) =>
        healthyContradiction((await context.subject()).primary, context.primary),
      title: "waits until its load balancer finds it healthy",
      calls: [home("elasticloadbalancing:DescribeTargetHealth")],
      undo: looks,
      run: (context) => awaitPrimary(context, minutesOf("await-primary")),
    },
    "open-primary": {
      contradiction: (context) => primaryOpen(context, way),
      title: `opens ${primary.name} as its file says`,
      calls: [home(...STATE_ACTIONS, "ec2:AuthorizeSecurityGroupIngress")],
      undo: stay,
      run: (context) =>
        way.kind === "with-data"
          ? openPrimary(context, minutesOf("open-primary"))
          : Promise.resolve("it is as its file says"),
    },
    "cut-back": {
      contradiction: (context) =>
        contradictions(switchContradiction(context, "off"), markContradiction(context)),
      title:
        lever === undefined
          ? waitTitle(subject, primary)
          : `removes s3://${lever.bucketName}/${lever.key}, and waits until users have followed`,
      calls:
        lever === undefined ? [] : [{ region: lever.region, actions: ["s3:ListBucket", "s3:DeleteObject"] }],
      undo:
        lever === undefined
          ? "lead the name back"
          : `echo ${standby.name} | aws s3 cp --region ${lever.region} - s3://${lever.bucketName}/${lever.key}`,
      run: moveTrafficBack,
    },
    "validate-primary": {
      contradiction: async (context) =>
        validContradiction(context, (await context.subject()).primary, context.primary),
      title: "asks the service as its users do",
      calls: [home(...VALIDATION_ACTIONS)],
      undo: looks,
      run: validatePrimary,
    },
    "return-standby": {
      contradiction: isPilotLight,
      title: `makes ${standby.name} a pilot light again; the database that served is kept, protected from deletion`,
      calls: [away(...STATE_ACTIONS, "rds:CreateDBInstance", "rds:ModifyDBInstance", "ecs:UpdateService")],
      undo: `npm run dr -- failover --environment ${standby.name}`,
      run: (context) => returnStandby(context, minutesOf("return-standby")),
    },
    "protect-again": {
      contradiction: protectionContradiction,
      title: `waits until ${standby.region} has a first recovery point of what ${primary.name} has now`,
      calls: [
        home(
          "backup:StartBackupJob",
          "backup:StartCopyJob",
          "backup:ListBackupJobs",
          "backup:ListCopyJobs",
          "backup:ListRecoveryPointsByBackupVault",
          "iam:PassRole",
        ),
        away("backup:ListRecoveryPointsByBackupVault", "rds:DescribeDBInstanceAutomatedBackups"),
      ],
      undo: looks,
      isDone: isProtected,
      run: protectAgain,
    },
  };
}

/** What each step of giving it up does. */
export function stayParts(subject: Subject, minutesOf: MinutesOf): Readonly<Record<StayStepId, Parts>> {
  const { primary, standby } = subject;
  const lever = leverOf(subject);
  const here = (...actions: readonly string[]) => [{ region: standby.region, actions }];
  return {
    "unfence-standby": {
      contradiction: standbyServes,
      title: `fences ${primary.name}, then starts ${standby.name} and opens it again, with the data that it had`,
      calls: [fenceCalls(primary), fenceCalls(standby)],
      undo: "npm run dr -- failback fences it again",
      run: unfenceStandby,
    },
    "await-standby": {
      contradiction: async (context) =>
        healthyContradiction((await context.subject()).standby, context.standby),
      title: "waits until its load balancer finds it healthy",
      calls: here("elasticloadbalancing:DescribeTargetHealth", "ecs:DescribeServices"),
      undo: "nothing to undo: it only looks",
      run: async (context) => {
        const { standby: spec } = await context.subject();
        const running = await awaitRunning(context, spec, context.standby, minutesOf("unfence-standby"));
        return `${running}; ${await awaitTargets(context, spec, context.standby, minutesOf("await-standby"))}`;
      },
    },
    "cut-over-again": {
      contradiction: (context) => switchContradiction(context, "on"),
      title: lever === undefined ? waitTitle(subject, standby) : "sees that the switch leads users to it",
      calls: here("s3:ListBucket", "s3:PutObject"),
      undo: "npm run dr -- failback",
      run: moveTraffic,
    },
  };
}

const RESTORE_ACTIONS = [
  "rds:RestoreDBInstanceFromDBSnapshot",
  "rds:ModifyDBInstance",
  "logs:CreateLogGroup",
  "ecs:RegisterTaskDefinition",
  "ecs:UpdateService",
  "cloudwatch:PutMetricAlarm",
  "backup:CreateBackupSelection",
  "backup:DeleteBackupSelection",
  "ec2:RevokeSecurityGroupIngress",
] as const;
