import fc from "fast-check";

/** A schedule as a person thinks of it, from which both an expression and a verdict by definition follow. */
export interface CronPlan {
  readonly expression: string;
  readonly times: readonly number[];
  readonly firesOn: (day: Date) => boolean;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
export const DAY_MILLISECONDS = 86_400_000;

interface Part {
  readonly text: string;
  readonly has: (value: number) => boolean;
}

interface DayPart {
  readonly dayOfMonth: string;
  readonly dayOfWeek: string;
  readonly has: (day: Date) => boolean;
}

const lengthOfMonth = (day: Date): number =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

const isWorkday = (day: Date): boolean => day.getUTCDay() >= 1 && day.getUTCDay() <= 5;

const workdaysOfMonth = (day: Date): number[] =>
  Array.from({ length: lengthOfMonth(day) }, (_, index) => index + 1).filter((date) =>
    isWorkday(new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date))),
  );

/** Values of a field: all, some in a list, a range with or without a step, or a step from a start. */
function part(least: number, most: number, names?: readonly string[]): fc.Arbitrary<Part> {
  const value = fc.integer({ min: least, max: most });
  const name = (one: number): string => names?.[one - least] ?? String(one);
  const step = fc.integer({ min: 1, max: most - least });
  const range = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  return fc.oneof(
    fc.constant({ text: "*", has: () => true }),
    fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((values) => ({
      text: values.map(name).join(","),
      has: (one: number) => values.includes(one),
    })),
    range.map(([low, high]) => ({
      text: `${name(low)}-${name(high)}`,
      has: (one: number) => one >= low && one <= high,
    })),
    fc.tuple(range, step).map(([[low, high], by]) => ({
      text: `${low}-${high}/${by}`,
      has: (one: number) => one >= low && one <= high && (one - low) % by === 0,
    })),
    fc.tuple(value, step).map(([low, by]) => ({
      text: `${low}/${by}`,
      has: (one: number) => one >= low && (one - low) % by === 0,
    })),
    step.map((by) => ({ text: `*/${by}`, has: (one: number) => (one - least) % by === 0 })),
  );
}

const weekday = fc.integer({ min: 0, max: 6 });
const weekdayText = (day: number): fc.Arbitrary<string> => fc.constantFrom(String(day + 1), DAYS[day] ?? "");
const byWeekday = (dayOfWeek: string, has: DayPart["has"]): DayPart => ({ dayOfMonth: "?", dayOfWeek, has });
const byDate = (dayOfMonth: string, has: DayPart["has"]): DayPart => ({ dayOfMonth, dayOfWeek: "?", has });

const dayPart: fc.Arbitrary<DayPart> = fc.oneof(
  part(1, 31).map(({ text, has }) => byDate(text, (day) => has(day.getUTCDate()))),
  fc.constant(byDate("L", (day) => day.getUTCDate() === lengthOfMonth(day))),
  fc.constant(byDate("LW", (day) => day.getUTCDate() === workdaysOfMonth(day).at(-1))),
  fc.integer({ min: 1, max: 31 }).map((wanted) =>
    byDate(`${wanted}W`, (day) => {
      if (wanted > lengthOfMonth(day)) return false;
      const byDistance = workdaysOfMonth(day).sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
      return day.getUTCDate() === byDistance[0];
    }),
  ),
  fc.constant(byWeekday("*", () => true)),
  fc.constant(byWeekday("L", (day) => day.getUTCDay() === 6)),
  fc
    .uniqueArray(weekday, { minLength: 1, maxLength: 4 })
    .chain((days) =>
      fc
        .tuple(...days.map(weekdayText))
        .map((texts) => byWeekday(texts.join(","), (day) => days.includes(day.getUTCDay()))),
    ),
  fc.tuple(weekday, weekday).map(([a, b]) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    return byWeekday(
      `${DAYS[low]}-${DAYS[high]}`,
      (day) => day.getUTCDay() >= low && day.getUTCDay() <= high,
    );
  }),
  weekday.chain((wanted) =>
    weekdayText(wanted).map((text) =>
      byWeekday(`${text}L`, (day) => day.getUTCDay() === wanted && day.getUTCDate() + 7 > lengthOfMonth(day)),
    ),
  ),
  fc
    .tuple(weekday, fc.integer({ min: 1, max: 5 }))
    .chain(([wanted, nth]) =>
      weekdayText(wanted).map((text) =>
        byWeekday(
          `${text}#${nth}`,
          (day) => day.getUTCDay() === wanted && Math.ceil(day.getUTCDate() / 7) === nth,
        ),
      ),
    ),
);

/** Schedules of every form that AWS cron has, year apart. */
export const cronPlan: fc.Arbitrary<CronPlan> = fc
  .tuple(part(0, 59), part(0, 23), dayPart, part(1, 12, MONTHS))
  .map(([minute, hour, days, month]) => ({
    expression: `cron(${minute.text} ${hour.text} ${days.dayOfMonth} ${month.text} ${days.dayOfWeek} *)`,
    times: Array.from({ length: 1440 }, (_, time) => time).filter(
      (time) => hour.has(Math.floor(time / 60)) && minute.has(time % 60),
    ),
    firesOn: (day) => month.has(day.getUTCMonth() + 1) && days.has(day),
  }));
