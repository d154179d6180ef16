import { command, type CommandOutcome } from "./command.ts";
import { ERROR_KINDS, type ErrorKind, type MadeCall } from "./process.ts";
import { judge, printedCommands, Violation, withAll } from "./tell.ts";
import { SimulatedWorld } from "./world.ts";

/** A call of a verb that goes wrong in one way, at its first time only or as long as nobody does anything about it. */
export interface MatrixCase {
  readonly verb: MatrixVerb;
  readonly call: string;
  readonly at: number;
  readonly kind: ErrorKind;
  readonly stays: boolean;
}

export const MATRIX_VERBS = ["failover", "failback", "rollback", "drill"] as const;
export type MatrixVerb = (typeof MATRIX_VERBS)[number];

/** What has happened before. */
const BEFORE: Readonly<Record<MatrixVerb, readonly MatrixVerb[]>> = {
  failover: [],
  failback: ["failover"],
  rollback: ["failover"],
  drill: [],
};

const argsOf = (verb: MatrixVerb): readonly string[] => [
  verb,
  "--execute",
  "--confirm",
  "dr",
  "--reason",
  "the primary region is lost",
];

const ROUNDS = 4;

/** Every call that a verb makes when nothing goes wrong. */
export async function callsOf(verb: MatrixVerb): Promise<readonly MadeCall[]> {
  const world = await worldBefore(verb);
  try {
    const { calls, exitCode, output } = await command(world, world.machines[0], argsOf(verb));
    if (exitCode !== 0) throw new Violation(`${verb} does not come to its end:\n${output}`);
    return calls;
  } finally {
    world.remove();
  }
}

/** Each call with each error, once; and from its first time on. */
export const casesOf = (verb: MatrixVerb, calls: readonly MadeCall[]): readonly MatrixCase[] =>
  calls.flatMap(({ name, canBeEmpty }, index) =>
    ERROR_KINDS.filter((kind) => kind !== "empty" || canBeEmpty).flatMap((kind) =>
      [false, true].map((stays) => ({ verb, call: name, at: index + 1, kind, stays })),
    ),
  );

async function worldBefore(verb: MatrixVerb): Promise<SimulatedWorld> {
  const world = new SimulatedWorld();
  for (const before of BEFORE[verb]) {
    const { exitCode, output } = await command(world, world.machines[0], argsOf(before));
    if (exitCode !== 0) throw new Violation(`${before} does not come to its end:\n${output}`);
  }
  return world;
}

/**
 * Lets a call go wrong, and then runs what a person would: the same command, or what was printed.
 *
 * @throws Violation where the verb lied, harmed, or can't be brought to its end once nothing goes wrong any more
 */
export async function tryCase(one: MatrixCase): Promise<void> {
  const { verb, at, kind, stays } = one;
  const world = await worldBefore(verb);
  const past: string[] = [];
  const step = async (args: readonly string[], isFaulty: boolean): Promise<CommandOutcome> => {
    const before = { served: world.isServed, prod: world.prod.serves, points: world.points.length };
    const outcome = await command(world, world.machines[0], args, isFaulty ? [{ at, kind, stays }] : []);
    past.push(`> ${args.join(" ")}`, `  ${outcome.exitCode ?? "killed"} ${outcome.output}`);
    judge(world, before, outcome);
    judgeEnd(world, outcome);
    return outcome;
  };
  try {
    let last = await step(argsOf(verb), true);
    for (let round = 0; round < ROUNDS && !isTrue(world, verb); round += 1) {
      const printed = printedCommands(last.output).find(([name]) => name === verb);
      last = await step((round > 1 && printed && withAll(printed)) || argsOf(verb), false);
    }
    if (!isTrue(world, verb)) throw new Violation(`${verb} can't be brought to its end by the same command`);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation(`${error.message}\n${JSON.stringify(one)}\n${past.join("\n")}`);
  } finally {
    world.remove();
  }
}

/** Whether what a verb is for is so. */
function isTrue(world: SimulatedWorld, verb: MatrixVerb): boolean {
  switch (verb) {
    case "failover":
      return world.isSwitched && world.dr.serves && !world.prod.serves;
    case "failback":
    case "rollback":
      return !world.isSwitched && world.prod.serves && !world.dr.serves;
    case "drill":
      return world.prod.serves && !world.dr.isRunning && world.copy.parts.size === 0;
  }
}

/** What everybody is told who reads how a command ended. */
function judgeEnd(world: SimulatedWorld, { args, exitCode, output }: CommandOutcome): void {
  const [verb = ""] = args;
  if (verb === "drill" && (!world.prod.serves || world.dr.isRunning))
    throw new Violation("a drill touched the pair");
  if (exitCode === 0) return;
  if (!/npm run |aws /.test(output)) throw new Violation(`${verb} stopped, and printed no remedy`);
  const isAnnounced = /NOBODY IS SERVED|NOT KNOWN WHO SERVES|^ {2}now: /m.test(output);
  if (!world.isServed && !isAnnounced)
    throw new Violation(`${verb} stopped while nobody is served, and does not say so`);
}
