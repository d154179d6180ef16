import { z } from "zod";
import { UserError } from "../config/problem.ts";
import { identifierOf } from "../database/source.ts";
import { maximumNote } from "../database/storage.ts";
import { databaseContradiction } from "../recovery/assertions/database.ts";
import { failover as planOf } from "../recovery/failover.ts";
import { isUnfenced } from "../recovery/failover/declare.ts";
import type { ChosenPoint, Run } from "../recovery/journal/run.ts";
import { drCommand, quoted } from "../recovery/commands.ts";
import { preflightOfFailover } from "../recovery/preflight/failover.ts";
import type { Preflight } from "../recovery/preflight/preflight.ts";
import type { Subject } from "../recovery/subject.ts";
import { postureOf } from "../recovery/checks/inapplicable.ts";
import { switchOf } from "../recovery/checks/switch.ts";
import { movingRun } from "../recovery/runs.ts";
import { ageText, type PointChoice } from "../recovery/steps/choose-recovery-point.ts";
import { formatAge, formatTime, minutesBetween } from "../recovery/time.ts";
import type { Command } from "./command.ts";
import { dnsAfterwards, dnsWarnings } from "./dns-lines.ts";
import { readOptions } from "./options.ts";
import { type Proposal, recover, type Situation } from "./recovery-command.ts";
import { RECOVERY_FLAGS, recoveryOptions, recoveryPointArn } from "./recovery-options.ts";
import { lookAtPrimary } from "./stakes.ts";

const optionsSchema = z.object({
  ...recoveryOptions,
  recoveryPoint: recoveryPointArn.optional(),
  restoreTime: z.iso
    .datetime({ error: "is no time in UTC; write one such as 2026-01-31T03:04:05Z" })
    .optional(),
  replaceDatabase: z.string().optional(),
});

type Options = z.output<typeof optionsSchema>;

/** `failover`: moves the service to its standby. */
export const failover: Command = {
  name: "failover",
  summary: "moves the service to its standby; prints the plan unless told to execute it",
  options: [
    ...RECOVERY_FLAGS,
    { flags: "--recovery-point <arn>", description: "what to restore (default: the newest that can be)" },
    {
      flags: "--restore-time <time>",
      description: "the moment to restore, with replicated automated backups",
    },
    {
      flags: "--replace-database <identifier>",
      description: "a database that an earlier failover restored, and that is given up for this one",
    },
  ],
  details: [
    "Exit codes: 0 done, or only the plan was asked for; 1 failed, refused or interrupted; 2 wrong usage or configuration.",
    "Killed or failed, here or elsewhere, the same command goes on where it ended. docs/runbook.md has a section for each step.",
  ].join("\n"),
  run(context, values) {
    const options = readOptions(optionsSchema, values);
    return recover(context, options, {
      verb: "failover",
      flags: flagsOf(options),
      given: options.replaceDatabase === undefined ? undefined : { replaceDatabase: options.replaceDatabase },
      propose: (situation) => propose(situation, options),
      afterwards: ({ inquiry: { subject } }, run) => [
        ...(isUnfenced(run) ? watchLines(subject) : []),
        `commit ${subject.standby.name}.activation.json now: whoever applies ${subject.standby.name} without it takes the service away`,
        ...dnsAfterwards(subject, run, "cut-over"),
        ...(switchOf(subject) === undefined
          ? []
          : [`the switch stays on, whatever becomes of ${subject.primary.name}, until failback or rollback`]),
        "when the primary is repaired: npm run dr -- failback",
      ],
    });
  },
};

/** Said again in the end: nobody remembers a warning of an hour ago. */
const watchLines = ({ primary, standby }: Subject): readonly string[] => [
  `${primary.name} is NOT fenced: watch for its return, and fence it as soon as it answers`,
  "  npm run dr -- readiness --only primary-fence --watch 60",
  `  ${drCommand("fence", { environment: standby.name, execute: true, reason: `${primary.name} is back` })}`,
];

function flagsOf({ recoveryPoint, restoreTime, replaceDatabase }: Options): string[] {
  return [
    ...(recoveryPoint === undefined ? [] : ["--recovery-point", quoted(recoveryPoint)]),
    ...(restoreTime === undefined ? [] : ["--restore-time", quoted(restoreTime)]),
    ...(replaceDatabase === undefined ? [] : ["--replace-database", quoted(replaceDatabase)]),
  ];
}

async function propose(situation: Situation, asked: Options): Promise<Proposal> {
  const { inquiry, runs, resumed } = situation;
  // Who has given up a database by its name once in this run need not name it again.
  const options = { ...asked, replaceDatabase: asked.replaceDatabase ?? resumed?.given.replaceDatabase };
  const { subject } = inquiry;
  const { activation } = subject.pair;
  if (resumed === undefined && postureOf(subject) === "active") {
    const since = activation === undefined ? "" : `, declared ${formatTime(new Date(activation.declaredAt))}`;
    const active = `${subject.standby.name} is active already${since}`;
    // The record and the state say that there is a database, and only RDS knows whether there still is one.
    const lost = await databaseContradiction(subject.standby, inquiry.standby);
    if (lost !== undefined)
      return {
        kind: "nothing",
        isRefusal: true,
        because: `${active}, but ${lost}: npm run dr -- readiness --only database says what to do`,
      };
    // A run that has not ended may be closing it: that run goes on, and nothing else is right.
    return movingRun(runs) === undefined && (await isSwitchOff(inquiry))
      ? { kind: "nothing", isRefusal: true, because: `${active}, but ${awayLine(subject)}` }
      : { kind: "nothing", because: `${active}: nothing to do` };
  }
  refuseOtherPoint(resumed, options);
  const { replaceDatabase } = options;
  const point: PointChoice = {
    arn: options.recoveryPoint,
    restoreTime: options.restoreTime === undefined ? undefined : new Date(options.restoreTime),
  };
  const look = (): Promise<Look> => lookFirst(situation, options, point);
  const looked = isDeclared(resumed) ? undefined : await look();
  const restored = resumed?.recoveryPoint ?? looked?.preflight.point;
  const warnings = [
    ...sizeWarnings(subject, restored),
    ...(await dnsWarnings(inquiry, "standby", "cut-over")),
    ...heldWarnings(situation, options),
  ];
  return {
    kind: "plan",
    plan: planOf(subject, { point, replaceDatabase }, runs, warnings),
    stakes: {
      lost: lossText(subject, restored, inquiry.now),
      primary: looked?.primary ?? (await lookAtPrimary(inquiry)).line,
      closed: closedText(subject, replaceDatabase, resumed),
    },
    preflight: looked && { found: looked.preflight, again: async () => (await look()).preflight },
  };
}

/** From here on the primary is closed, and every look ahead comes too late. */
const isDeclared = (run: Run | undefined): boolean => run?.steps.get("declare")?.state === "done";

interface Look {
  readonly preflight: Preflight;
  /** What becomes of the primary. */
  readonly primary: string;
}

async function lookFirst(
  { inquiry, caller }: Situation,
  { replaceDatabase, unlockState }: Options,
  point: PointChoice,
): Promise<Look> {
  const { line, servesAnyone } = await lookAtPrimary(inquiry);
  const preflight = await preflightOfFailover({
    inquiry,
    callerArn: caller.arn,
    point,
    replaceDatabase,
    unlockState,
    primaryServes: servesAnyone,
  });
  return { preflight, primary: line };
}

/** Whether an attempt to go back, or one to get here, has left users with the primary. */
async function isSwitchOff({ subject, aws }: Situation["inquiry"]): Promise<boolean> {
  const lever = switchOf(subject);
  return (
    lever !== undefined && !(await aws.in(lever.region).list(lever.bucketName, lever.key)).includes(lever.key)
  );
}

const awayLine = ({ primary, standby }: Subject): string =>
  `the switch is off, and users are led to ${primary.name}; ${drCommand("failback", { environment: standby.name, flags: ["--stay"], execute: true, reason: `users are led to ${primary.name}` })} leads them to ${standby.name}, npm run dr -- rollback closes it`;

/** What a run restores is settled when it is chosen: another choice would be passed over in silence. */
function refuseOtherPoint(resumed: Run | undefined, { recoveryPoint, restoreTime }: Options): void {
  const chosen = resumed?.recoveryPoint;
  if (resumed === undefined || chosen === undefined) return;
  const refuse = (file: string, got: string, has: string): never => {
    const remedy = `leave it out, or give that run up with npm run dr -- rollback and begin another`;
    const message = `is not what run ${resumed.start.runId} restores, got ${got}; it restores ${has}: ${remedy}`;
    throw new UserError([{ file, key: "", message }]);
  };
  if (recoveryPoint !== undefined && recoveryPoint !== chosen.arn)
    refuse("--recovery-point", recoveryPoint, chosen.arn);
  if (restoreTime !== undefined && Date.parse(restoreTime) !== chosen.createdAt.getTime())
    refuse("--restore-time", restoreTime, chosen.createdAt.toISOString());
}

/** The guard would refuse it later, and for its log groups. */
function heldWarnings(
  { inquiry: { subject }, resumed }: Situation,
  { replaceDatabase }: Options,
): readonly string[] {
  const { pair, standby } = subject;
  if (resumed !== undefined || pair.activation === undefined || replaceDatabase !== undefined) return [];
  const held = identifierOf(standby.names, pair.activation.recoveryPoint);
  return [
    `${standby.name} holds ${held}: unless it is what this run restores, or was never made, it has to be given up with --replace-database ${held}`,
  ];
}

/** The age of what would be restored now; what keeps it from being said blocks the plan. */
function lossText({ primary }: Subject, point: ChosenPoint | undefined, now: Date): string {
  if (point === undefined) return "not known: nothing that could be restored was found";
  const { arn, createdAt } = point;
  const minutes = minutesBetween(createdAt, now);
  return `${formatAge(minutes)} (${minutes} min), all that ${primary.name} took since: restores ${arn} of ${ageText(createdAt, now)}`;
}

function sizeWarnings({ primary }: Subject, point: ChosenPoint | undefined): readonly string[] {
  const note = point && maximumNote(primary.config.database, point.storageGiB);
  return note === undefined ? [] : [note];
}

function closedText(
  { primary }: Subject,
  replaceDatabase: string | undefined,
  resumed: Run | undefined,
): string {
  const fenced = isDeclared(resumed)
    ? `${primary.name} was, as far as it answered, and is once more before users are moved`
    : `${primary.name}: closed to users and stopped, its database stays`;
  return replaceDatabase === undefined ? fenced : `${fenced}; ${replaceDatabase} is DELETED`;
}
