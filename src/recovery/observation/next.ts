import { drCommand } from "../commands.ts";
import { postureOf } from "../checks/inapplicable.ts";
import type { Doubt } from "../doubt.ts";
import type { Subject } from "../subject.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import type { CurrentRun } from "./current-run.ts";
import { isFenced, servesUsers, type SideSeen, sideText } from "./side.ts";
import type { Users } from "./users.ts";

/** What is going on, and the one command that comes next. */
export interface Outlook {
  /** One sentence, for whoever was woken up. */
  readonly headline: string;
  readonly tone: "good" | "bad" | "unknown";
  readonly next: string;
}

/** What an outlook is concluded from. */
export interface Findings {
  readonly users: Users;
  readonly primary: SideSeen;
  readonly standby: SideSeen;
  readonly current: CurrentRun | undefined;
  readonly doubt: Doubt | undefined;
  readonly now: Date;
}

/** Concludes it: what runs or has stopped first, then what users see, then what may harm them. */
export function outlookOf(subject: Subject, seen: Findings): Outlook {
  const { current, doubt } = seen;
  if (current !== undefined) return ofRun(current, seen);
  if (seen.standby.silence !== undefined) return ofSilence(subject, seen, seen.standby.silence);
  if (doubt !== undefined)
    return {
      headline: `what ${subject.standby.name} is, is not certain: ${doubt.why}`,
      tone: "unknown",
      next: doubt.remedy,
    };
  switch (postureOf(subject)) {
    case "standby":
      return inPeace(subject, seen);
    case "restored":
      return restored(subject, seen);
    case "active":
      return active(subject, seen);
  }
}

function ofRun(
  { run, life, lifeEvidence, step, expectedEnd, remainingMinutes, resume }: CurrentRun,
  { now, users }: Findings,
): Outlook {
  const { verb } = run.start;
  const nobody = users.servedBy === "nobody" ? "NOBODY is served, and " : "";
  const age = (from: Date): string => formatAge(minutesBetween(from, now));
  if (life === "running") {
    const where =
      step === undefined
        ? ""
        : `${step.dnsWait === undefined ? "" : `, waiting for DNS: ${step.dnsWait}`}: step ${step.id} since ${formatTime(step.since)}, ${age(step.since)}`;
    const end =
      expectedEnd === undefined
        ? "its end is not known"
        : `it is expected to end at ${formatTime(expectedEnd)}`;
    return {
      headline: `${nobody}a ${verb} is running${where}; ${end}`,
      tone: "unknown",
      next: drCommand("status", { flags: ["--watch", "15"] }),
    };
  }
  const where =
    step === undefined
      ? "before its first step"
      : step.state === "done"
        ? `after step ${step.id}, ${age(step.since)} ago`
        : `at step ${step.id}, ${age(step.since)} ago`;
  const why = step?.message === undefined ? lifeEvidence : step.message;
  const left =
    remainingMinutes === undefined
      ? ""
      : `; it takes about ${formatAge(remainingMinutes)} more once it is resumed`;
  return life === "stopped"
    ? { headline: `${nobody}a ${verb} has STOPPED ${where}: ${why}${left}`, tone: "bad", next: resume }
    : {
        headline: `${nobody}a ${verb} has not ended, last seen ${where}; whether it runs is not known: ${why}`,
        tone: "unknown",
        next: drCommand("readiness", { flags: ["--only", "recovery-lock"] }),
      };
}

/** Nothing can be recovered from here before the standby's region answers. */
function ofSilence(
  { standby }: Subject,
  { users, standby: side }: Findings,
  kind: NonNullable<SideSeen["silence"]>,
): Outlook {
  const what =
    kind === "unreachable"
      ? `${standby.region}, the region of ${standby.name}, does not answer from here`
      : `${standby.name} can't be looked at: ${side.problem ?? kind}`;
  return {
    headline: `${what}; ${users.sentence}`,
    tone: "unknown",
    next: `aws sts get-caller-identity --region ${standby.region}`,
  };
}

function inPeace(subject: Subject, { users, primary }: Findings): Outlook {
  const { standby } = subject;
  if (users.servedBy === "primary")
    return { headline: users.sentence, tone: "good", next: drCommand("readiness", {}) };
  if (users.ledTo === "standby")
    return {
      headline: `users are led to ${standby.name}, which is a pilot light without their data: the switch is on`,
      tone: "bad",
      next: drCommand("readiness", { flags: ["--only", "switch"] }),
    };
  const isDown = servesUsers(primary) === false;
  const mayBeLost = primary.silence === "unreachable" || isDown;
  return {
    headline: users.sentence,
    tone: users.servedBy === "nobody" || isDown ? "bad" : "unknown",
    next: mayBeLost ? drCommand("failover", { environment: standby.name }) : drCommand("readiness", {}),
  };
}

function restored(subject: Subject, { users }: Findings): Outlook {
  const { standby } = subject;
  const kept = `${standby.name} is closed and keeps a restored database`;
  return users.servedBy === "primary"
    ? {
        headline: `${users.sentence}; ${kept}`,
        tone: "good",
        next: drCommand("rollback", { environment: standby.name }),
      }
    : {
        headline: `${users.sentence}; ${kept}`,
        tone: users.servedBy === "nobody" ? "bad" : "unknown",
        next: drCommand("failover", { environment: standby.name }),
      };
}

function active(subject: Subject, { users, primary: side }: Findings): Outlook {
  const { primary, standby } = subject;
  if (users.ledTo === "primary" && users.servedBy !== "standby" && subject.traffic !== undefined)
    return {
      headline: `${standby.name} is active, but ${users.sentence}`,
      tone: "bad",
      next: drCommand("failback", {
        environment: standby.name,
        flags: ["--stay"],
        execute: true,
        reason: `users are led to ${primary.name}`,
      }),
    };
  const fenced = isFenced(side);
  if (fenced === false)
    return {
      headline: `${users.sentence}; ${primary.name} is NOT fenced: ${sideText(primary, side)}: two may write`,
      tone: "bad",
      next: drCommand("fence", {
        environment: standby.name,
        execute: true,
        reason: `${primary.name} is back`,
      }),
    };
  if (users.servedBy !== "standby")
    return {
      headline: users.sentence,
      tone: users.servedBy === "nobody" ? "bad" : "unknown",
      next: drCommand("readiness", {}),
    };
  return fenced === undefined
    ? {
        headline: `${users.sentence}; whether ${primary.name} is fenced is not known: ${side.problem ?? sideText(primary, side)}`,
        tone: "unknown",
        next: drCommand("readiness", { flags: ["--only", "primary-fence", "--watch", "60"] }),
      }
    : {
        headline: `${users.sentence}; ${primary.name} is fenced`,
        tone: "good",
        next: drCommand("failback", { environment: standby.name }),
      };
}
