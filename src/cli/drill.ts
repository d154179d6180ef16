import { z } from "zod";
import { postureOf } from "../recovery/checks/inapplicable.ts";
import { quoted } from "../recovery/commands.ts";
import { drill as planOf } from "../recovery/drill.ts";
import { preflightOfDrill } from "../recovery/preflight/drill.ts";
import { ageText, type PointChoice } from "../recovery/steps/choose-recovery-point.ts";
import type { Command } from "./command.ts";
import { readOptions } from "./options.ts";
import { type Proposal, recover, type Situation } from "./recovery-command.ts";
import { RECOVERY_FLAGS, recoveryOptions, recoveryPointArn } from "./recovery-options.ts";
import { lookAtPrimary } from "./stakes.ts";

const optionsSchema = z.object({
  ...recoveryOptions,
  reason: recoveryOptions.reason.unwrap().default("a drill of the recovery"),
  recoveryPoint: recoveryPointArn.optional(),
});

/** `drill`: the recovery, in a copy that is removed again. */
export const drill: Command = {
  name: "drill",
  summary:
    "recovers a copy of the standby, measures it and removes it; prints the plan unless told to execute it",
  options: [
    ...RECOVERY_FLAGS,
    { flags: "--recovery-point <arn>", description: "what to restore (default: the newest that can be)" },
  ],
  details: [
    "Exit codes: 0 done, or only the plan was asked for; 1 failed, refused or interrupted; 2 wrong usage or configuration.",
    "It touches neither traffic nor the standby. The copy is always removed, also after a failure; after a kill the same command goes on, and ends with the removal.",
    "For about an hour it costs what the primary costs.",
  ].join("\n"),
  run(context, values) {
    const options = readOptions(optionsSchema, values);
    const point: PointChoice = { arn: options.recoveryPoint };
    return recover(context, options, {
      verb: "drill",
      flags: options.recoveryPoint === undefined ? [] : ["--recovery-point", quoted(options.recoveryPoint)],
      propose: (situation) => propose(situation, point),
      afterwards: () => ["npm run dr -- readiness --only last-drill shows it for 90 days"],
    });
  },
};

async function propose(situation: Situation, point: PointChoice): Promise<Proposal> {
  const { inquiry, runs, resumed } = situation;
  const { subject, now } = inquiry;
  const posture = postureOf(subject);
  if (resumed === undefined && posture !== "standby")
    return {
      kind: "nothing",
      because: `${subject.standby.name} is ${posture}: a drill copies a standby in peace`,
      isRefusal: true,
    };
  // A drill that was begun goes on, whatever has changed: what it has made is removed in the end.
  const found = resumed === undefined ? await preflightOfDrill(inquiry, point) : undefined;
  const chosen = resumed?.recoveryPoint ?? found?.point;
  const warnings = [
    ...(chosen === undefined ? [] : [`restores ${chosen.arn} of ${ageText(chosen.createdAt, now)}`]),
    `${subject.primary.name}'s data is in the copy until it is removed, as protected as it is in ${subject.standby.name}`,
  ];
  return {
    kind: "plan",
    plan: planOf(subject, point, runs, warnings),
    stakes: {
      lost: "nothing: only a copy is written to",
      primary: (await lookAtPrimary(inquiry)).line,
      closed: "nothing: neither the primary nor the standby is touched",
    },
    preflight: found && { found, again: () => preflightOfDrill(inquiry, point) },
  };
}
