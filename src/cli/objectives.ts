import { loadConfiguration } from "../config/load.ts";
import { UserError } from "../config/problem.ts";
import { formatMinutes } from "../objectives/duration.ts";
import { type Objective, objectivesOf, type PairObjectives } from "../objectives/objectives.ts";
import type { Command, ExitCode } from "./command.ts";
import type { Painter } from "./paint.ts";
import { table } from "./table.ts";

/** `objectives`: target against worst case, with the arithmetic. */
export const objectives: Command = {
  name: "objectives",
  summary: "shows recovery objectives: target against worst case, with every term",
  details:
    "Exit codes: 0 every objective is met, 1 one is not, 2 wrong usage or configuration.\nNothing is asked of AWS: the worst case follows from the environment files.",
  async run({
    environments,
    json,
    print,
    paint,
    loadConfiguration: load = loadConfiguration,
  }): Promise<ExitCode> {
    const configuration = await load(environments, { unmetObjectives: "accept" });
    const pairs = objectivesOf(configuration);
    if (pairs.length === 0) {
      const message = 'no standby in it; add an environment of kind "standby"';
      throw new UserError([{ file: environments, key: "", message }]);
    }
    const met = pairs.every(({ rpo, rto }) => rpo.met && rto.met);
    if (json) print(JSON.stringify({ met, pairs: pairs.map(toJson) }, undefined, 2));
    else for (const line of pairs.flatMap((pair) => report(pair, paint))) print(line);
    return met ? 0 : 1;
  },
};

const OBJECTIVES = [
  { key: "rpo", title: "RPO, the most data that is lost" },
  { key: "rto", title: "RTO, the longest until the service works again" },
] as const;

function toJson({ pair, strategy, ...objectives }: PairObjectives): Record<string, unknown> {
  return {
    standby: pair.standby.name,
    recovers: pair.primary.name,
    strategy: strategy ?? null,
    ...Object.fromEntries(OBJECTIVES.map(({ key }) => [key, objectiveToJson(objectives[key])])),
  };
}

function objectiveToJson({ target, worstCase, met }: Objective): Record<string, unknown> {
  return {
    met,
    targetMinutes: target.minutes,
    worstCaseMinutes: worstCase.bounded ? worstCase.minutes : null,
    ...(worstCase.bounded ? { terms: worstCase.terms } : { reason: worstCase.reason }),
  };
}

function report({ pair, strategy, ...objectives }: PairObjectives, paint: Painter): string[] {
  const headline = `${pair.standby.name} recovers ${pair.primary.name}, strategy ${strategy ?? "not chosen"}`;
  return [
    paint("bold", headline),
    ...OBJECTIVES.flatMap(({ key, title }) => ["", ...section(title, objectives[key], paint)]),
  ];
}

function section(title: string, { target, worstCase, met }: Objective, paint: Painter): string[] {
  const verdict = met ? paint("green", "met") : paint("red", "not met");
  const heading = `${paint("bold", title)}: ${verdict}`;
  const terms = worstCase.bounded
    ? worstCase.terms.map(({ label, minutes, setBy }) => [formatMinutes(minutes), label, setBy])
    : [];
  const sum = worstCase.bounded
    ? [formatMinutes(worstCase.minutes), "worst case"]
    : ["unbounded", "worst case", worstCase.reason];
  const rows = [...terms, sum, [formatMinutes(target.minutes), "target", target.setBy]];
  const lines = table([{ align: "right" }, { align: "left" }, { align: "left" }], rows);
  return [heading, ...lines.map((line) => `  ${line}`)];
}
