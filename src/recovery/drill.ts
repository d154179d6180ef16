import { databaseContradiction } from "./assertions/database.ts";
import { runsContradiction } from "./assertions/service.ts";
import { copyOf, makeCopy, removeCopy } from "./drill/copy.ts";
import { nothingThere, proveNothingLeft, somethingLeft } from "./drill/leftovers.ts";
import { awaitCopy, copyHealthy, validateCopy } from "./drill/smoke.ts";
import { failureOf, judge, sheltered, unlessFailed } from "./drill/verdict.ts";
import { awaitRunning } from "./failover/compute.ts";
import { chooseRecoveryPoint, pointWrittenDown, recoveryPointChosen } from "./failover/recovery-point.ts";
import type { Run } from "./journal/run.ts";
import { expectedMinutes } from "./minutes.ts";
import type { PointChoice } from "./steps/choose-recovery-point.ts";
import type { Calls, RecoveryPlan, RecoveryStep } from "./steps/step.ts";
import type { Subject } from "./subject.ts";

/**
 * Recovers a copy of the standby, measures it, and removes it.
 *
 * The copy has names, a network and a state of its own; no record leads to it and its load balancer is closed. Steps that a
 * failover has as well bear the same names, so that what they took is what the next failover is expected to take.
 */
export function drill(
  subject: Subject,
  point: PointChoice,
  runs: readonly Run[],
  warnings: readonly string[],
): RecoveryPlan {
  const { standby } = subject;
  const copy = subject.copy(undefined);
  return {
    verb: "drill",
    environment: standby.name,
    title: `a copy of ${standby.name}, ${copy.name}, is recovered in ${standby.region} and removed again`,
    warnings,
    steps: inOrder(stepsOf(subject, point, expectedMinutes(subject, runs))),
    undo: `npm run dr -- drill --environment ${standby.name} --execute: the next drill removes what this one leaves`,
  };
}

type Step = Omit<RecoveryStep, "dependsOn" | "isDone"> & Partial<Pick<RecoveryStep, "isDone">>;

/** Each after the one before; whether one is done says the journal, since most leave nothing that could be asked. */
const inOrder = (steps: readonly Step[]): readonly RecoveryStep[] =>
  steps.map((step, index) => ({
    isDone: async () => undefined,
    ...step,
    dependsOn: index === 0 ? [] : [steps[index - 1]?.id ?? ""],
  }));

function stepsOf(
  { standby, copy }: Subject,
  point: PointChoice,
  minutesOf: (step: string) => number | undefined,
): readonly Step[] {
  const { name } = copy(undefined);
  const here = (actions: readonly string[]): readonly Calls[] => [{ region: standby.region, actions }];
  const lists = [...here(LIST_CALLS), { region: "us-east-1", actions: ["iam:ListRoles"] }];
  const changes = [...here(CHANGE_CALLS), { region: "us-east-1", actions: ROLE_CALLS }];
  return [
    {
      id: "remove-leftovers",
      title: `removes what an earlier drill has left of ${name}`,
      calls: [...changes, ...lists],
      minutes: minutesOf("remove-leftovers"),
      undo: "nothing to undo: the copy of an earlier drill serves nobody",
      isDone: nothingThere,
      contradiction: somethingLeft,
      holdsUntil: "restore-database",
      run: async (context) => `${await removeCopy(context, true)}; ${await proveNothingLeft(context)}`,
    },
    {
      id: "choose-recovery-point",
      title: "chooses what the copy's database is restored from",
      calls: here(POINT_CALLS),
      minutes: minutesOf("choose-recovery-point"),
      undo: "nothing to undo: it only looks",
      isDone: recoveryPointChosen,
      contradiction: unlessFailed("choose-recovery-point", pointWrittenDown),
      run: sheltered((context) => chooseRecoveryPoint(context, point)),
    },
    {
      id: "restore-database",
      title: `makes ${name}: network, load balancer, service, and the database from the recovery point`,
      calls: changes,
      minutes: minutesOf("restore-database"),
      undo: "the step remove-copy",
      contradiction: unlessFailed("restore-database", async (context) =>
        databaseContradiction(await copyOf(context), context.standby),
      ),
      holdsUntil: "remove-copy",
      run: sheltered((context) => makeCopy(context, minutesOf("restore-database"))),
    },
    {
      id: "scale-compute",
      title: "waits until as much of it runs as the primary has",
      calls: here(["ecs:DescribeServices"]),
      minutes: minutesOf("scale-compute"),
      undo: "the step remove-copy",
      contradiction: unlessFailed("scale-compute", async (context) =>
        runsContradiction(await copyOf(context), context.standby),
      ),
      holdsUntil: "remove-copy",
      run: sheltered(async (context) =>
        awaitRunning(context, await copyOf(context), context.standby, minutesOf("scale-compute")),
      ),
    },
    {
      id: "await-healthy",
      title: "waits until its load balancer, which asks from inside, finds it healthy",
      calls: here(["elasticloadbalancing:DescribeTargetHealth"]),
      minutes: minutesOf("await-healthy"),
      undo: "the step remove-copy",
      contradiction: unlessFailed("await-healthy", copyHealthy),
      holdsUntil: "remove-copy",
      run: sheltered((context) => awaitCopy(context, minutesOf("await-healthy"))),
    },
    {
      id: "validate",
      title: "says what that proves, and stops the clock",
      calls: here(["elasticloadbalancing:DescribeTargetHealth"]),
      minutes: minutesOf("validate"),
      undo: "the step remove-copy",
      contradiction: unlessFailed("validate", copyHealthy),
      holdsUntil: "remove-copy",
      run: sheltered(validateCopy),
    },
    {
      id: "remove-copy",
      title: `removes ${name}`,
      calls: changes,
      minutes: minutesOf("remove-copy"),
      undo: "nothing to undo: drill again",
      contradiction: somethingLeft,
      run: (context) => removeCopy(context, failureOf(context) !== undefined),
    },
    {
      id: "prove-nothing-left",
      title: `lists whatever begins with ${copy(undefined).names.prefix}, until there is nothing`,
      calls: lists,
      minutes: minutesOf("prove-nothing-left"),
      undo: "nothing to undo: it only looks, and deletes log groups that came back",
      contradiction: somethingLeft,
      run: proveNothingLeft,
    },
    {
      id: "judge",
      title: "fails when a part of the drill has failed",
      calls: [],
      minutes: undefined,
      undo: "nothing to undo",
      contradiction: async (context) => failureOf(context),
      run: judge,
    },
  ];
}

const POINT_CALLS = [
  "backup:ListRecoveryPointsByBackupVault",
  "kms:DescribeKey",
  "rds:DescribeDBInstanceAutomatedBackups",
  "rds:DescribeDBSnapshots",
] as const;

/** Whatever Terraform calls to make and to remove an environment; by service, since they are hundreds. */
const CHANGE_CALLS = [
  "application-autoscaling:*",
  "cloudwatch:*",
  "ec2:*",
  "ecs:*",
  "elasticloadbalancing:*",
  "logs:*",
  "rds:*",
  "s3:GetObject",
  "s3:PutObject",
  "sns:*",
] as const;

const ROLE_CALLS = ["iam:CreateRole", "iam:DeleteRole", "iam:PassRole", "iam:PutRolePolicy"] as const;

const LIST_CALLS = [
  "cloudwatch:DescribeAlarms",
  "cloudwatch:ListDashboards",
  "autoscaling:DescribeAutoScalingGroups",
  "ec2:DescribeAddresses",
  "ec2:DescribeLaunchTemplates",
  "ec2:DescribeNatGateways",
  "ec2:DescribeVolumes",
  "ec2:DescribeVpcs",
  "ecs:DescribeClusters",
  "ecs:ListTaskDefinitions",
  "eks:ListClusters",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeTargetGroups",
  "kms:ListAliases",
  "logs:DeleteLogGroup",
  "logs:DescribeLogGroups",
  "rds:DescribeDBInstanceAutomatedBackups",
  "rds:DescribeDBInstances",
  "rds:DescribeDBParameterGroups",
  "rds:DescribeDBSnapshots",
  "rds:DescribeDBSubnetGroups",
  "s3:ListAllMyBuckets",
  "secretsmanager:ListSecrets",
  "sns:ListTopics",
] as const;
