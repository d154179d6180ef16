import { composeConfiguration } from "../../src/config/load.ts";
import { formatProblem, type Problem, UserError } from "../../src/config/problem.ts";
import { sourceOf } from "../../src/config/read-files.ts";
import { type Specs, specsOf } from "../../src/config/spec.ts";
import { checkStacks } from "../../src/guardrails/check.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { exportsAfter, type Mutation, PLANTED } from "./strange-sets.ts";

/** What a person reads after changes to the default set, and what is built where there is nothing to say. */
export interface Outcome {
  readonly problems: readonly Problem[];
  readonly specs: Specs | undefined;
}

export function outcomeOf(mutations: readonly Mutation[]): Outcome {
  const sources = [...exportsAfter(mutations)].map(([name, value]) =>
    sourceOf(`environments/${name}.ts`, name, { value }),
  );
  const files = sources.filter((source) => "value" in source);
  const problems = sources.filter((source) => "message" in source);
  try {
    const specs = specsOf(composeConfiguration({ files, activations: [], problems }, "environments"));
    return { problems: [], specs };
  } catch (error) {
    if (error instanceof UserError) return { problems: error.problems, specs: undefined };
    throw error;
  }
}

/** The lines of one mistake each: file, key, what is wrong, got what; what to do. */
const LINE = /^(missing.*|contains itself|.*, got .+|.* got .+); [^;]/;

/** Why a line is not what a person should read; undefined when it is. */
export function lineFault({ file, key, message }: Problem): string | undefined {
  if (/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(`${file}${key}${message}`))
    return "a line that a terminal obeys";
  if (!LINE.test(message)) return "a line without what is wrong, got what, and what to do";
  if (/invalid input|\[object/i.test(message)) return "a line in words of the validator's";
  return message.length < 700 ? undefined : "a line that is too long to read";
}

/** The first promise that a set breaks. */
export function brokenPromise(mutations: readonly Mutation[]): {
  readonly promise: string | undefined;
  readonly isAccepted: boolean;
} {
  try {
    const { problems, specs } = outcomeOf(mutations);
    if (Reflect.get({}, "polluted") !== undefined)
      return { promise: "prototype polluted", isAccepted: false };
    if (specs === undefined) return { promise: refusalFault(problems), isAccepted: false };
    const { templates } = synthesize(specs);
    checkStacks(specs, templates);
    const text = JSON.stringify([...templates.values()]);
    const isCode = new RegExp(`(?<![$%])[$%]\\{[^}"]*${PLANTED}|\\uFDD0`).test(text);
    return { promise: isCode ? "a value became an expression" : undefined, isAccepted: true };
  } catch (error) {
    const [line = ""] = error instanceof Error ? (error.stack ?? error.message).split("\n") : [String(error)];
    return { promise: `uncaught: ${line.slice(0, 200)}`, isAccepted: false };
  }
}

function refusalFault(problems: readonly Problem[]): string | undefined {
  const fault = problems.map(lineFault).find((one) => one !== undefined);
  if (fault !== undefined) return fault;
  const lines = problems.map(formatProblem);
  if (lines.length === 0) return "refused without a line";
  return new Set(lines).size < lines.length ? "a mistake in two equal lines" : undefined;
}
