import { z } from "zod";
import { UserError } from "../config/problem.ts";
import { postureOf } from "../recovery/checks/inapplicable.ts";
import { quoted } from "../recovery/commands.ts";
import { failback as planOf } from "../recovery/failback.ts";
import { deleteCommands } from "../recovery/failback/release-database.ts";
import type { Return } from "../recovery/failback/way.ts";
import { writesOf } from "../recovery/failback/writes.ts";
import { identifierOf } from "../database/source.ts";
import { preflightOfFailback } from "../recovery/preflight/failback.ts";
import type { Preflight } from "../recovery/preflight/preflight.ts";
import { isSeenToServe } from "../recovery/steps/serving.ts";
import type { Run } from "../recovery/journal/run.ts";
import { unfinished } from "../recovery/runs.ts";
import type { Subject } from "../recovery/subject.ts";
import { formatTime } from "../recovery/time.ts";
import type { Command } from "./command.ts";
import { dnsAfterwards, dnsWarnings } from "./dns-lines.ts";
import { readOptions } from "./options.ts";
import { type Proposal, recover, type Situation } from "./recovery-command.ts";
import { RECOVERY_FLAGS, recoveryOptions } from "./recovery-options.ts";
import { lookAtPrimary, type Stakes } from "./stakes.ts";

const optionsSchema = z.object({
  ...recoveryOptions,
  discardWrites: z.boolean().default(false),
  stay: z.boolean().default(false),
  compareCommand: z.string().min(1).optional(),
});

type Options = z.output<typeof optionsSchema>;

/** `failback`: back to the repaired primary, with what the standby wrote. */
export const failback: Command = {
  name: "failback",
  summary:
    "moves the service back to its primary, with the standby's data; prints the plan unless told to execute it",
  options: [
    ...RECOVERY_FLAGS,
    {
      flags: "--compare-command <command>",
      description: "a command that compares the two databases and ends with 0 when they agree",
    },
    {
      flags: "--discard-writes",
      description: "serve from the primary's own database, without what was written to the standby",
    },
    { flags: "--stay", description: "give the return up: the standby goes on serving" },
  ],
  details: [
    "Exit codes: 0 done, or only the plan was asked for; 1 failed, refused or interrupted; 2 wrong usage or configuration.",
    "It destroys no database: the stale one of the primary and that of the standby are kept, protected from deletion.",
    "Killed or failed, here or elsewhere, the same command goes on where it ended. docs/runbook.md has a section for each step.",
  ].join("\n"),
  run(context, values) {
    const options = readOptions(optionsSchema, values);
    return recover(context, options, {
      verb: "failback",
      flags: flagsOf(options),
      given: options.compareCommand === undefined ? undefined : { compareCommand: true },
      propose: async (situation) => propose(situation, options),
      afterwards: (situation, run) => afterwards(situation, run, options),
    });
  },
};

function flagsOf({ discardWrites, stay, compareCommand }: Options): string[] {
  return [
    ...(discardWrites ? ["--discard-writes"] : []),
    ...(stay ? ["--stay"] : []),
    ...(compareCommand === undefined ? [] : ["--compare-command", quoted(compareCommand)]),
  ];
}

async function propose(situation: Situation, options: Options): Promise<Proposal> {
  const { inquiry, runs, resumed } = situation;
  const { subject, now } = inquiry;
  const { primary, standby } = subject;
  if (resumed === undefined && postureOf(subject) !== "active") {
    const begun = unfinished(runs, "failover");
    const because =
      postureOf(subject) === "standby"
        ? `${standby.name} is a pilot light: there is nothing to return from`
        : begun === undefined
          ? `${standby.name} is closed, and ${primary.name} is what serves: there is nothing to return from; npm run dr -- rollback says what is left`
          : `failover, run ${begun.start.runId}, has not ended: npm run dr -- failover goes on with it, npm run dr -- rollback takes it back`;
    return { kind: "nothing", because };
  }
  const closing = unfinished(runs, "rollback");
  if (resumed === undefined && closing?.steps.has("close-ingress") === true)
    return {
      kind: "nothing",
      isRefusal: true,
      because: `a rollback has begun to close ${standby.name}, and a record that says otherwise may be stale`,
    };
  refuseMixture(resumed, options);
  refuseUncompared(resumed, options);
  if (resumed === undefined && options.discardWrites) refuseReturned(subject);
  const writes = writesOf(subject, runs, resumed, now);
  const span = `${writes.hours} h of writes, since ${formatTime(writes.since)}`;
  const way = wayOf(options, writes.hours);
  const warnings: Record<Return["kind"], readonly string[]> = {
    "with-data": [
      `nobody is served from the first step until ${primary.name} is open; ${span}, come along`,
      "of the data only age, size and engine are compared, unless --compare-command is given",
    ],
    "discard-writes": [
      `${span}, are served to nobody any more; they stay in ${identifierOf(standby.names, standby.recoveryPoint)}`,
    ],
    stay: [`${primary.name} must not serve: what it has restored falls behind from now on`],
  };
  const dns =
    way.kind === "stay"
      ? await dnsWarnings(inquiry, "standby", "cut-over-again")
      : await dnsWarnings(inquiry, "primary", "cut-back");
  const plan = planOf(subject, way, runs, [...warnings[way.kind], ...dns]);
  const stakes = {
    ...stakesOf(subject, way, writes.hours),
    primary: (await lookAtPrimary(inquiry)).line,
  };
  if (way.kind === "stay" || resumed?.steps.get("fence-both")?.state === "done")
    return { kind: "plan", plan, stakes };
  const look = (): Promise<Preflight> => lookFirst(situation, options, way.kind);
  return { kind: "plan", plan, stakes, preflight: { found: await look(), again: look } };
}

function stakesOf({ primary, standby }: Subject, way: Return, hours: number): Omit<Stakes, "primary"> {
  const both = `${primary.name} and ${standby.name}: NOBODY is served until ${primary.name} is open; no database is deleted`;
  switch (way.kind) {
    case "with-data":
      return { lost: `nothing: ${hours} h of writes come along`, closed: both };
    case "discard-writes":
      return {
        lost: `${hours} h (${hours * 60} min) of writes to ${standby.name}, which are served to nobody any more`,
        closed: both,
      };
    case "stay":
      return {
        lost: `nothing: ${standby.name} goes on with its data`,
        closed: `${primary.name}: closed to users and stopped, its databases stay`,
      };
  }
}

/** The standby is closed by the first step: what a return would fail at has to be known before. */
async function lookFirst(
  { inquiry, caller }: Situation,
  { unlockState }: Options,
  way: Exclude<Return["kind"], "stay">,
): Promise<Preflight> {
  return preflightOfFailback({
    inquiry,
    callerArn: caller.arn,
    way,
    unlockState,
    standbyServes: await isSeenToServe(inquiry.subject.standby, inquiry.standby),
  });
}

function wayOf({ discardWrites, stay, compareCommand }: Options, hours: number): Return {
  if (stay && discardWrites)
    throw new UserError([
      {
        file: "--stay",
        key: "",
        message: "contradicts --discard-writes, got both; give one of them",
      },
    ]);
  if (stay) return { kind: "stay" };
  return discardWrites ? { kind: "discard-writes", hours } : { kind: "with-data", compareCommand };
}

/** A return that has taken the data along can't be ended without it, nor the other way around. */
function refuseMixture(resumed: Run | undefined, { discardWrites, stay }: Options): void {
  if (resumed === undefined) return;
  const begun = (id: string): boolean => resumed.steps.has(id);
  const refuse = (message: string): never => {
    throw new UserError([{ file: discardWrites ? "--discard-writes" : "failback", key: "", message }]);
  };
  if (stay && begun("cut-back"))
    refuse("users were led back already, got --stay; let the return come to its end, then fail over again");
  if (discardWrites && begun("release-database"))
    refuse(
      `run ${resumed.start.runId} takes the data along, and the primary's own database is out of service; resume it without this option`,
    );
  if (!discardWrites && !stay && begun("start-primary") && !begun("take-recovery-point"))
    refuse(`run ${resumed.start.runId} was begun with --discard-writes; resume it with that`);
}

/** The command may hold secrets, so that no journal has it; without it the run would compare less than whoever began it wanted. */
function refuseUncompared(resumed: Run | undefined, { compareCommand, stay }: Options): void {
  if (resumed?.given.compareCommand !== true || compareCommand !== undefined || stay) return;
  if (resumed.steps.get("compare-data")?.state === "done") return;
  throw new UserError([
    {
      file: "--compare-command",
      key: "",
      message: `is missing: run ${resumed.start.runId} was begun with one, which no journal holds; give it again, or --compare-command true to compare nothing`,
    },
  ]);
}

/**
 * A return that was given up after its restore has left the primary closed, with the standby's data: there is no database of its
 * own to serve from, and nobody would come in.
 */
function refuseReturned({ pair: { primary } }: Subject): void {
  if (primary.activation?.posture !== "restored") return;
  throw new UserError([
    {
      file: "--discard-writes",
      key: "",
      message: `${primary.name} holds what a return that was given up has restored, and is closed, as ${primary.name}.activation.json says; leave it out, or take its earlier database back first: docs/runbook.md, release-database`,
    },
  ]);
}

function afterwards({ inquiry: { subject } }: Situation, run: Run, options: Options): readonly string[] {
  const { kept } = run;
  const { primary, standby } = subject;
  if (options.stay)
    return [
      ...dnsAfterwards(subject, run, "cut-over-again"),
      `${standby.name} serves; npm run dr -- status shows where the return ended`,
    ];
  return [
    ...dnsAfterwards(subject, run, "cut-back"),
    options.discardWrites
      ? `commit the removal of ${standby.name}.activation.json now`
      : `commit ${primary.name}.activation.json and the removal of ${standby.name}.activation.json now`,
    ...(kept.length === 0
      ? []
      : ["these databases serve nobody and cost money; delete them once nobody misses anything in them:"]),
    ...kept
      .flatMap(({ identifier, region }) => deleteCommands(identifier, region))
      .map((line) => `  ${line}`),
    "npm run dr -- readiness",
  ];
}
