import { Cron } from "croner";

/** The last value of each field of AWS cron: minutes, hours, day of month, month, day of week, year. */
const LAST = ["59", "23", "31", "12", "7", "2199"] as const;

/** AWS counts days of the week from 1, Sunday, and writes `?` and `0/12` where others write `*` and `0-23/12`. */
function toPattern(fields: readonly string[]): string {
  const translated = fields.map((field, index) =>
    field === "?"
      ? "*"
      : field
          .split(",")
          .map((part) => part.replace(/^(\w+)\/(\d+)$/, `$1-${LAST[index] ?? ""}/$2`))
          .join(","),
  );
  return ["0", ...translated].join(" ");
}

/** A schedule of AWS Backup: `cron(0 5 ? * * *)`. */
export class Schedule {
  private readonly cron: Cron;

  /** Throws when the expression is not AWS cron, saying why. */
  constructor(expression: string, timezone: string) {
    const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
    if (fields.length !== LAST.length) {
      throw new Error(`expected cron(minutes hours day month weekday year), got ${expression}`);
    }
    if ((fields[2] === "?") === (fields[4] === "?")) {
      throw new Error(`one of day of month and day of week must be ?, got ${expression}`);
    }
    this.cron = new Cron(toPattern(fields), {
      timezone,
      alternativeWeekdays: true,
      mode: "7-part",
      paused: true,
    });
  }

  /** The first firing after that time. Undefined when there is none any more. */
  next(after: Date): Date | undefined {
    return this.cron.nextRun(after) ?? undefined;
  }
}
