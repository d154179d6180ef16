import { formatMinutes } from "../../objectives/duration.ts";
import { achievedBy } from "../journal/achieved.ts";
import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { postureOf } from "./inapplicable.ts";
import { type Check, fail, pass, unknown, warn } from "./check.ts";

const DAY_MINUTES = 24 * 60;
/** A quarter: long enough for a plan to stop being true. */
const FRESH_DAYS = 90;

/** When the recovery was last tried. */
export const lastDrill: Check = {
  id: "last-drill",
  asks: "did the last drill succeed, lately, and within the objectives",
  because: "a plan that nobody has run is a guess",
  remedy: "run a drill",
  side: "standby",
  async run({ subject, history, now }) {
    const { runs, problem, damaged } = await history();
    const first =
      postureOf(subject) === "standby" ? "" : `# once ${subject.standby.name} is a pilot light again\n`;
    const drill = `${first}npm run dr -- drill`;
    if (problem !== undefined)
      return unknown(
        `the journals could not be read: ${problem}`,
        `aws s3 ls --region ${subject.standby.state.region} s3://${subject.standby.state.bucket}/`,
      );
    if (damaged.length > 0)
      return unknown(
        damaged.map(({ message }) => message).join("; "),
        damaged.map((one) => one.remedy).join("\n"),
      );
    const last = runs.findLast(({ start }) => start.verb === "drill");
    if (last === undefined) return warn("never drilled", drill, { drills: 0 });
    const at = new Date(last.start.at);
    const days = Math.floor(minutesBetween(at, now) / DAY_MINUTES);
    const { rtoMinutes, rpoMinutes } = achievedBy(last);
    const facts = {
      runId: last.start.runId,
      outcome: last.outcome ?? "unfinished",
      days,
      rtoMinutes: rtoMinutes ?? null,
      rpoMinutes: rpoMinutes ?? null,
    };
    const when = `${formatTime(at)}, ${formatAge(minutesBetween(at, now))} ago`;
    if (last.outcome !== "done")
      return fail(
        `the drill of ${when} ${last.outcome === undefined ? "did not end" : `is ${last.outcome}`}`,
        drill,
        facts,
      );
    const missed = [
      ...exceeded("RTO", rtoMinutes, subject.objectives.rto.target.minutes),
      ...exceeded("RPO", rpoMinutes, subject.objectives.rpo.target.minutes),
    ];
    if (missed.length > 0)
      return warn(`the drill of ${when} missed ${missed.join(" and ")}`, "npm run dr -- objectives", facts);
    const measured = rtoMinutes === undefined ? "" : `, RTO ${formatMinutes(rtoMinutes)}`;
    if (days > FRESH_DAYS)
      return warn(`the last drill was ${when}${measured}; ${FRESH_DAYS} days are the limit`, drill, facts);
    return pass(`${when}${measured}`, facts);
  },
};

const exceeded = (name: string, achieved: number | undefined, target: number): string[] =>
  achieved === undefined || achieved <= target
    ? []
    : [`its ${name}: ${formatMinutes(achieved)} of ${formatMinutes(target)}`];
