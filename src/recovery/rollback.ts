import { contradictions } from "./assertions/assertion.ts";
import { awaitUsersBack, dnsContradiction } from "./dns/dns-by-hand.ts";
import { waitTitle } from "./dns/users-names.ts";
import { runsContradiction, stoppedContradiction } from "./assertions/service.ts";
import { markContradiction, switchContradiction } from "./assertions/traffic.ts";
import { fenceCalls } from "./fence/fence.ts";
import { drCommand } from "./commands.ts";
import { postureOf } from "./checks/inapplicable.ts";
import { leverOf, moveTrafficBack } from "./failover/cut-over.ts";
import { unmarkFenced } from "./fence/mark.ts";
import type { Run } from "./journal/run.ts";
import {
  closeStandby,
  databaseGone,
  deleteDatabase,
  standbyClosed,
  stopStandby,
} from "./rollback/standby.ts";
import {
  isPrimaryBack,
  isPrimaryRunning,
  primaryServes,
  restorePrimary,
  startBehindFence,
} from "./rollback/primary.ts";
import { isStandbyShut, shutStandby, standbyOpen } from "./rollback/shut-standby.ts";
import type { Calls, RecoveryContext, RecoveryPlan, RecoveryStep } from "./steps/step.ts";
import type { Subject } from "./subject.ts";

/** What a person decides about a rollback. */
export interface RollbackOptions {
  /** Identifier of the restored database, typed by whoever wants it gone. */
  readonly deleteDatabase: string | undefined;
}

/**
 * Takes a failover back that is not wanted: the primary serves again with the data that it has.
 *
 * The standby is closed before the primary is opened: what users write to the one that they are led away from is lost, and they
 * are not told. Nobody being served for the minutes in which they follow does less harm.
 */
export function rollback(
  subject: Subject,
  { deleteDatabase: identifier }: RollbackOptions,
  failovers: readonly Run[],
  warnings: readonly string[],
): RecoveryPlan {
  const { primary, standby } = subject;
  const there: readonly Calls[] = [fenceCalls(primary)];
  const here = (...actions: string[]): readonly Calls[] => [{ region: standby.region, actions }];
  const lever = leverOf(subject);
  const again = drCommand("failover", { environment: standby.name });
  // A standby that was never open has nobody to stay with.
  const wasOpen = postureOf(subject) === "active";
  const stay = wasOpen ? drCommand("failback", { environment: standby.name, flags: ["--stay"] }) : again;
  const steps: readonly Omit<RecoveryStep, "minutes">[] = [
    {
      id: "start-behind-fence",
      title: `starts ${primary.name} while nobody comes in there; users stay with ${standby.name}`,
      calls: there,
      dependsOn: [],
      undo: "nothing to undo: nobody comes in there",
      isDone: isPrimaryRunning,
      contradiction: async (context) => runsContradiction((await context.subject()).primary, context.primary),
      holdsUntil: "restore-primary",
      run: startBehindFence,
    },
    ...(subject.traffic === undefined
      ? [
          {
            id: "dns-back",
            title: `${waitTitle(subject, primary)}, and until no resolver has the old answer; ${standby.name} serves meanwhile`,
            calls: here("elasticloadbalancing:DescribeLoadBalancers"),
            dependsOn: ["start-behind-fence"],
            undo: "lead the name back",
            isDone: async () => undefined,
            contradiction: (context) => dnsContradiction(context, "primary"),
            run: awaitUsersBack,
          } satisfies Omit<RecoveryStep, "minutes">,
        ]
      : []),
    {
      id: "close-standby",
      title: `closes ${standby.name}: from here on nobody is served, until ${primary.name} is open and users have followed`,
      calls: here(...fenceCalls(standby).actions),
      dependsOn: subject.traffic === undefined ? ["dns-back"] : ["start-behind-fence"],
      undo: stay,
      isDone: isStandbyShut,
      contradiction: standbyOpen,
      run: shutStandby,
    },
    {
      id: "restore-primary",
      title: `opens ${primary.name}, and waits until it is healthy`,
      calls: there,
      dependsOn: ["close-standby"],
      undo: stay,
      isDone: isPrimaryBack,
      contradiction: primaryServes,
      run: restorePrimary,
    },
    {
      id: "traffic-back",
      title:
        lever === undefined
          ? subject.traffic === undefined
            ? `lets ${primary.name} be applied again`
            : waitTitle(subject, primary)
          : `removes s3://${lever.bucketName}/${lever.key}, and waits until users have followed`,
      calls:
        lever === undefined ? [] : [{ region: lever.region, actions: ["s3:ListBucket", "s3:DeleteObject"] }],
      dependsOn: ["restore-primary"],
      undo: stay,
      isDone: async () => undefined,
      contradiction: (context) =>
        contradictions(switchContradiction(context, "off"), markContradiction(context)),
      run: subject.traffic === undefined ? allowApplies : moveTrafficBack,
    },
    {
      id: "close-ingress",
      title: `takes the rules of ${standby.name} that admit the public; its database stays`,
      calls: here("ec2:RevokeSecurityGroupIngress", "rds:ModifyDBInstance", "backup:DeleteBackupPlan"),
      dependsOn: ["traffic-back"],
      undo: again,
      isDone: async () => undefined,
      contradiction: standbyClosed,
      run: (context) => closeStandby(context, failovers),
    },
    {
      id: "stop-compute",
      title: `takes the compute of ${standby.name} to 0`,
      calls: here(...fenceCalls(standby).actions),
      dependsOn: ["close-ingress"],
      undo: again,
      isDone: async () => undefined,
      contradiction: async (context) =>
        stoppedContradiction((await context.subject()).standby, context.standby),
      run: stopStandby,
    },
    ...(identifier === undefined
      ? []
      : [
          {
            id: "delete-database",
            title: `deletes ${identifier} with all that was written to it, and goes back to pilot light`,
            calls: here("rds:DeleteDBInstance", "rds:CreateDBInstance"),
            dependsOn: ["stop-compute"],
            undo: "there is none, but for the snapshot that RDS takes where finalSnapshot says so",
            isDone: async () => undefined,
            contradiction: (context) => databaseGone(context, identifier),
            run: (context) => deleteDatabase(context, identifier),
          } satisfies Omit<RecoveryStep, "minutes">,
        ]),
  ];
  return {
    verb: "rollback",
    environment: standby.name,
    title: `${primary.name} in ${primary.region} serves again, and ${standby.name} is closed`,
    warnings,
    steps: steps.map((step) => ({ ...step, minutes: undefined })),
    undo: again,
    // Until the primary is open; from then on users find it, or the same command leads them there.
    reopen: ({ steps: begun }) =>
      wasOpen && begun.has("close-standby") && begun.get("restore-primary")?.state !== "done"
        ? drCommand("failback", {
            environment: standby.name,
            flags: ["--stay"],
            execute: true,
            confirm: standby.name,
            reason: `${primary.name} could not be opened`,
          })
        : undefined,
  };
}

/** Users were waited for in `dns-back`; the primary is what serves from here on. */
async function allowApplies(context: RecoveryContext): Promise<string> {
  await unmarkFenced(context);
  return `${(await context.subject()).primary.name} may be applied again`;
}
