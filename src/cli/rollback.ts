import { existsSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../config/problem.ts";
import { identifierOf } from "../database/source.ts";
import { postureOf } from "../recovery/checks/inapplicable.ts";
import { drCommand, quoted } from "../recovery/commands.ts";
import type { Run } from "../recovery/journal/run.ts";
import { activationFile } from "../recovery/activation-file.ts";
import { recordOf } from "../recovery/record.ts";
import { rollback as planOf } from "../recovery/rollback.ts";
import { unfinished } from "../recovery/runs.ts";
import type { Subject } from "../recovery/subject.ts";
import { formatAge, minutesBetween } from "../recovery/time.ts";
import type { Command } from "./command.ts";
import { dnsAfterwards, dnsWarnings } from "./dns-lines.ts";
import { readOptions } from "./options.ts";
import { type Proposal, recover, type Situation } from "./recovery-command.ts";
import { RECOVERY_FLAGS, recoveryOptions } from "./recovery-options.ts";
import { lookAtPrimary } from "./stakes.ts";

const optionsSchema = z.object({ ...recoveryOptions, deleteDatabase: z.string().optional() });

/** `rollback`: takes a failover back. */
export const rollback: Command = {
  name: "rollback",
  summary: "takes a failover back that is not wanted; prints the plan unless told to execute it",
  options: [
    ...RECOVERY_FLAGS,
    {
      flags: "--delete-database <identifier>",
      description: "also delete the restored database, named here, with all that was written to it",
    },
  ],
  details: [
    "The primary serves again with the data that it has: what users have written to the standby stays there. To bring it along, use failback.",
    "Exit codes: 0 done, or only the plan was asked for; 1 failed, refused or interrupted; 2 wrong usage or configuration.",
  ].join("\n"),
  run(context, values) {
    const options = readOptions(optionsSchema, values);
    const { deleteDatabase } = options;
    return recover(context, options, {
      verb: "rollback",
      flags: deleteDatabase === undefined ? [] : ["--delete-database", quoted(deleteDatabase)],
      propose: async (situation) => propose(situation, deleteDatabase),
      afterwards: (situation, run) => {
        const { subject } = situation.inquiry;
        const { name } = subject.standby;
        const hasRecord = existsSync(activationFile(context.environments, name));
        return [
          ...dnsAfterwards(subject, run, "dns-back"),
          ...(hasRecord ? afterwards(situation) : [`commit that ${name}.activation.json is gone`]),
        ];
      },
    });
  },
};

async function propose(situation: Situation, deleteDatabase: string | undefined): Promise<Proposal> {
  const { inquiry, runs, resumed } = situation;
  const { subject, now } = inquiry;
  const failovers = runs.filter(({ start }) => start.verb === "failover");
  const last = failovers.at(-1);
  const isStandby = postureOf(subject) === "standby";
  if (isStandby && resumed === undefined && unfinished(runs, "failover") === undefined)
    return { kind: "nothing", because: `${subject.standby.name} is in pilot light: nothing to take back` };
  if (resumed === undefined && postureOf(subject) === "active" && unfinished(runs, "failback") !== undefined)
    return {
      kind: "nothing",
      isRefusal: true,
      because: `${subject.primary.name} may not have its own database any more: a rollback in the middle of a failback could lead users to none`,
    };
  if (resumed === undefined) refuseOther(restoredIdentifier(subject, last), deleteDatabase);
  return {
    kind: "plan",
    plan: planOf(subject, { deleteDatabase }, failovers, [
      ...warningsOf(deleteDatabase),
      ...(postureOf(subject) === "active" ? await dnsWarnings(inquiry, "primary", "dns-back") : []),
    ]),
    stakes: {
      lost: lossText(subject, last, deleteDatabase, now),
      primary: (await lookAtPrimary(inquiry)).line,
      closed: `${subject.standby.name}: closed to users and stopped${deleteDatabase === undefined ? ", its database stays" : `; ${deleteDatabase} is DELETED`}`,
    },
  };
}

/** Identifier of what was restored; the journal knows it where this machine has no record. */
function restoredIdentifier({ pair, standby }: Subject, failover: Run | undefined): string | undefined {
  if (pair.activation !== undefined) return identifierOf(standby.names, pair.activation.recoveryPoint);
  return failover?.recoveryPoint === undefined
    ? undefined
    : identifierOf(standby.names, recordOf(failover, "restored").recoveryPoint);
}

function refuseOther(restored: string | undefined, named: string | undefined): void {
  if (named === undefined || named === restored) return;
  throw new UserError([
    {
      file: "--delete-database",
      key: "",
      message: `is not the restored database, got ${named}; ${restored === undefined ? "none was restored: leave it out" : `give ${restored}, or leave it out and keep it`}`,
    },
  ]);
}

/** The primary serves with the data that it has. */
function lossText(
  { primary, standby, pair }: Subject,
  failover: Run | undefined,
  deleteDatabase: string | undefined,
  now: Date,
): string {
  const moved = failover?.steps.get("cut-over");
  const since = moved?.state === "done" ? moved.endedAt : undefined;
  const stays = deleteDatabase === undefined ? "" : `; ${deleteDatabase} is deleted with all of it`;
  if (since === undefined || pair.activation?.posture !== "active")
    return `nothing that users have written: ${standby.name} has not served${stays}`;
  const minutes = minutesBetween(since, now);
  return `${formatAge(minutes)} (${minutes} min) of writes to ${standby.name}, which ${primary.name} does not have; npm run dr -- failback brings them along${stays}`;
}

function warningsOf(deleteDatabase: string | undefined): string[] {
  return deleteDatabase === undefined
    ? ["the restored database stays, and costs, until --delete-database names it"]
    : [`${deleteDatabase} is deleted, with all that was written to it`];
}

function afterwards({ inquiry: { subject }, runs }: Situation): string[] {
  const { name } = subject.standby;
  const last = runs.findLast(({ start }) => start.verb === "failover");
  const restored = restoredIdentifier(subject, last);
  if (restored === undefined) return [];
  const deleteIt = drCommand("rollback", {
    environment: name,
    flags: ["--delete-database", quoted(restored)],
    execute: true,
    reason: "what it has is not needed",
  });
  return [
    `commit ${name}.activation.json: it says what is there`,
    `${restored} stays, and costs; to delete it: ${deleteIt}`,
  ];
}
