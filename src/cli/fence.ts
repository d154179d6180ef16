import { z } from "zod";
import { postureOf } from "../recovery/checks/inapplicable.ts";
import { fencePrimary } from "../recovery/fence-primary.ts";
import { isFailoverDeclared, movingRun } from "../recovery/runs.ts";
import type { Command } from "./command.ts";
import { readOptions } from "./options.ts";
import { type Proposal, recover, type Situation } from "./recovery-command.ts";
import { RECOVERY_FLAGS, recoveryOptions } from "./recovery-options.ts";
import { lookAtPrimary } from "./stakes.ts";

const optionsSchema = z.object(recoveryOptions);

/** `fence`: closes and stops the primary while its standby serves. */
export const fence: Command = {
  name: "fence",
  summary:
    "closes and stops a primary that has come back while its standby serves; prints the plan unless told to execute it",
  options: RECOVERY_FLAGS,
  details: [
    "For a primary that did not answer when the failover fenced it. A failover fences by itself, and so does a failback.",
    "Exit codes: 0 done, or only the plan was asked for; 1 failed, refused or interrupted; 2 wrong usage or configuration.",
  ].join("\n"),
  run(context, values) {
    const options = readOptions(optionsSchema, values);
    return recover(context, options, {
      verb: "fence",
      flags: [],
      propose,
      afterwards: ({ inquiry: { subject } }) => [
        `until the failback every plan of ${subject.primary.name} is refused, also that of its pipeline`,
        "npm run dr -- readiness --only primary-fence",
      ],
    });
  },
};

async function propose({ inquiry, runs }: Situation): Promise<Proposal> {
  const { subject } = inquiry;
  const { primary, standby } = subject;
  const posture = postureOf(subject);
  const moving = movingRun(runs);
  // A primary that comes back while the failover is under way must not write either, and the next step may be an hour away.
  const isDeclared = isFailoverDeclared(runs);
  if (posture !== "active" && !isDeclared)
    return {
      kind: "nothing",
      isRefusal: true,
      because: `${standby.name} is ${posture === "standby" ? "a pilot light" : `${posture} and closed`}: ${primary.name} is not fenced before ${standby.name} serves; npm run dr -- failover does both`,
    };
  if (moving !== undefined && moving.start.verb !== "failover")
    return {
      kind: "nothing",
      because: `nothing is fenced while a ${moving.start.verb} may start ${primary.name}`,
      isRefusal: true,
    };
  return {
    kind: "plan",
    plan: fencePrimary(subject),
    stakes: {
      lost: `nothing is deleted; what ${primary.name} has written since the failover stays in its database, and is not in ${standby.name}`,
      primary: (await lookAtPrimary(inquiry)).line,
      closed: `${primary.name}: closed to users and stopped, its database stays`,
    },
  };
}
