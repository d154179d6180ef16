import { z } from "zod";
import { UserError } from "../config/problem.ts";
import { formatMinutes } from "../objectives/duration.ts";
import { achievedBy } from "../recovery/journal/achieved.ts";
import type { Run, StepState } from "../recovery/journal/run.ts";
import type { Command, ExitCode } from "./command.ts";
import { openInquiry } from "./inquiry.ts";
import { readOptions } from "./options.ts";
import type { Painter } from "./paint.ts";

const optionsSchema = z.object({ environment: z.string().optional(), run: z.string().optional() });

/** `journal`: one run, step by step, for the post-mortem. */
export const journal: Command = {
  name: "journal",
  summary: "prints one run step by step, for the post-mortem",
  options: [
    { flags: "--environment <name>", description: "the standby, where there are several" },
    { flags: "--run <id>", description: "the run to print (default: the last one)" },
  ],
  details: [
    "Both copies of the journal are read: the one in the bucket of the state, and the one on this machine.",
    "Exit codes: 0 printed, 1 there is no run, or a copy could not be read, 2 wrong usage or configuration.",
    "Nothing is changed.",
  ].join("\n"),
  async run(context, values): Promise<ExitCode> {
    const { environment, run: wanted } = readOptions(optionsSchema, values);
    const inquiry = await openInquiry(context, environment);
    const { name } = inquiry.subject.standby;
    const { json, print, printError, paint } = context;
    try {
      const { runs, problem, damaged } = await inquiry.history();
      const troubles = [
        ...(problem === undefined ? [] : [problem]),
        ...damaged.map(({ message }) => message),
      ];
      const found = runs.findLast(({ start }) => wanted === undefined || start.runId === wanted);
      if (found === undefined && wanted !== undefined && troubles.length === 0)
        throw unknownRun(wanted, runs);
      if (json)
        print(JSON.stringify({ run: found ? runToJson(found) : null, problems: troubles }, undefined, 2));
      else {
        for (const line of found ? runLines(found, paint) : [`no run of ${name} is known`]) print(line);
        for (const trouble of troubles) printError(`not read: ${trouble}`);
      }
      return found === undefined || troubles.length > 0 ? 1 : 0;
    } finally {
      inquiry.end();
    }
  },
};

function unknownRun(wanted: string, runs: readonly Run[]): UserError {
  const known = runs.map(({ start }) => start.runId).slice(-5);
  const choice = known.length === 0 ? "no run is known" : `the last ones are ${known.join(", ")}`;
  return new UserError([{ file: "--run", key: "", message: `names no run, got ${wanted}; ${choice}` }]);
}

function runLines(run: Run, paint: Painter): string[] {
  const { start, outcome, endedAt, recoveryPoint, kept, steps } = run;
  const { rtoMinutes, rpoMinutes } = achievedBy(run);
  return [
    paint("bold", `${start.verb} of ${start.environment}, run ${start.runId}: ${outcome ?? "not ended"}`),
    `  declared ${start.declaredAt} by ${start.operator} on ${start.host}: ${start.reason}`,
    `  begun ${start.at}${endedAt === undefined ? "" : `, ended ${endedAt.toISOString()}`}`,
    ...(recoveryPoint === undefined
      ? []
      : [`  recovery point ${recoveryPoint.arn} of ${recoveryPoint.createdAt.toISOString()}`]),
    ...(rtoMinutes === undefined ? [] : [`  RTO achieved: ${formatMinutes(rtoMinutes)}`]),
    ...(rpoMinutes === undefined ? [] : [`  RPO achieved: ${formatMinutes(rpoMinutes)}`]),
    ...[...steps].map(([id, step]) => `  ${stepText(id, step)}`),
    ...kept.map(({ identifier, region }) => `  kept: ${identifier} in ${region}`),
  ];
}

function stepText(id: string, step: StepState): string {
  switch (step.state) {
    case "open":
      return `${id}: not begun`;
    case "running":
      return `${step.startedAt.toISOString()} ${id}: begun, and no end is known`;
    case "failed":
      return `${step.startedAt.toISOString()} ${id}: FAILED after ${secondsOf(step)} s: ${step.message}`;
    case "done":
      return `${step.startedAt.toISOString()} ${id}: done in ${secondsOf(step)} s: ${step.evidence}`;
  }
}

const secondsOf = ({ startedAt, endedAt }: { readonly startedAt: Date; readonly endedAt: Date }): number =>
  Math.ceil((endedAt.getTime() - startedAt.getTime()) / 1000);

function runToJson(run: Run): Record<string, unknown> {
  const { start, outcome, endedAt, recoveryPoint, kept, steps } = run;
  const { rtoMinutes, rpoMinutes } = achievedBy(run);
  return {
    ...start,
    outcome: outcome ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    recoveryPoint: recoveryPoint ?? null,
    rtoMinutes: rtoMinutes ?? null,
    rpoMinutes: rpoMinutes ?? null,
    steps: [...steps].map(([id, step]) => ({ id, ...step })),
    kept,
  };
}
