import { HOUR_MS } from "../support/memory-aws.ts";
import { command, type CommandOutcome } from "./command.ts";
import type { Fault } from "./process.ts";
import type { StoryEvent, Verb } from "./story.ts";
import { SimulatedWorld } from "./world.ts";

const EXECUTE = ["--execute", "--confirm", "dr", "--reason", "the primary region is lost"];

const ARGS: Readonly<Record<Verb, readonly string[]>> = {
  failover: ["failover"],
  failback: ["failback"],
  rollback: ["rollback"],
  fence: ["fence"],
  stay: ["failback", "--stay"],
};

/** A promise of the tool that a story has broken. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/**
 * Lets a story happen, and holds the tool to its promises after each event.
 *
 * @throws Violation with what was promised and what the world looks like
 */
export async function tell(story: readonly StoryEvent[]): Promise<void> {
  const world = new SimulatedWorld();
  const past: string[] = [];
  try {
    let last: CommandOutcome | undefined;
    for (const event of story) {
      past.push(shown(event));
      const before = { served: world.isServed, prod: world.prod.serves, points: world.points.length };
      const outcome = await happen(world, event, last);
      if (outcome === undefined) continue;
      past.push(`  ${outcome.exitCode ?? "killed"} ${outcome.output.replaceAll("\n", "\n  ")}`);
      judge(world, before, outcome);
      last = outcome;
    }
    await leadBack(world, past, last);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation(
      `${error.message}\n${stateOf(world)}\n${past
        .join("\n")
        .split("\n")
        .filter((line) => !/^ {4}( {2,}|\d+\. )/.test(line))
        .join("\n")}`,
    );
  } finally {
    world.remove();
  }
}

async function happen(
  world: SimulatedWorld,
  event: StoryEvent,
  last: CommandOutcome | undefined,
): Promise<CommandOutcome | undefined> {
  switch (event.kind) {
    case "region dies":
      world.prod.isRegion = "dead";
      return undefined;
    case "region is cut off":
      world.prod.isRegion = "cut off";
      world.observe();
      return undefined;
    case "region returns":
      world.prod.isRegion = "up";
      return undefined;
    case "points are lost":
      world.points = [];
      return undefined;
    case "point arrives":
      if (world.prod.isRegion === "up") world.bringPoint();
      return undefined;
    case "hours pass":
      world.clock += event.hours * HOUR_MS;
      return undefined;
    case "commit":
      world.share(world.machines[0], world.machines[1]);
      return undefined;
    case "command":
      return runAs(world, event.machine, [...ARGS[event.verb], ...EXECUTE], event.faults);
    case "paste": {
      const args = last && printedCommands(last.output)[0];
      return args && runAs(world, event.machine, args, event.faults);
    }
  }
}

const runAs = (
  world: SimulatedWorld,
  machine: 0 | 1,
  args: readonly string[],
  faults: readonly Fault[] = [],
): Promise<CommandOutcome> => command(world, world.machines[machine], args, faults);

/** Options that take no value. */
const SWITCHES = new Set(["--execute", "--stay", "--discard-writes", "--take-lock", "--json", "--actions"]);

const TYPED = "it is known, and there is no time";

/** Command lines of the tool in what it printed, as a person would copy them: up to where prose goes on. */
export function printedCommands(output: string): string[][] {
  return [...output.matchAll(/npm run dr -- ([^\n]+)/g)].map(([, line = ""]) => {
    const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|([^\s;,]+)/g)].map(
      ([, a, b, c]) => a ?? b ?? c ?? "",
    );
    const args = words.slice(0, 1);
    for (let index = 1; words[index]?.startsWith("--") === true; index += 1) {
      const flag = words[index] ?? "";
      args.push(flag);
      // Alone it asks for a reason, which a person types.
      if (flag === "--despite" && words[index + 1]?.startsWith("--") !== false) args.push(TYPED);
      else if (!SWITCHES.has(flag)) args.push(words[(index += 1)] ?? "");
    }
    return args;
  });
}

interface Before {
  readonly served: boolean;
  readonly prod: boolean;
  readonly points: number;
}

export function judge(world: SimulatedWorld, before: Before, outcome: CommandOutcome): void {
  const { args, exitCode, output, defect } = outcome;
  if (defect !== undefined) throw new Violation(`${args[0]} ended with a defect: ${defect}`);
  const named = new Set(args);
  const lost = world.lost.filter((identifier) => !named.has(identifier));
  if (lost.length > 0) throw new Violation(`${lost.join()} was written to, and is deleted`);
  // Said once, it holds until the primary is fenced; nobody can fence what does not answer. A rollback gives up what users write to
  // the standby, and says so: it opens the primary before it moves users, and can be cut off there.
  world.isAnnounced ||= args[0] === "rollback" || /NOT fenced/i.test(output);
  const split = world.split.splice(0);
  if (split.length > 0 && !world.isAnnounced) throw new Violation(split[0] ?? "");
  world.isAnnounced &&= world.prod.serves || world.prod.isRegion !== "up";
  if (exitCode === undefined) return;
  const hasBegun = /^\S+Z run \S+ (begins|of .* goes on)/m.test(output);
  if (world.lock !== undefined && hasBegun && !/recovery lock could not be/.test(output))
    throw new Violation(`${args[0]} ended, and the recovery lock stays`);
  const verb = args[0];
  const isDone = exitCode === 0 && args.includes("--execute") && /\bdone\b/.test(output);
  if (isDone && verb === "failover" && !(world.isSwitched && world.dr.serves))
    throw new Violation("failover says done, and dr does not serve its users");
  if (isDone && verb === "rollback" && !(world.prod.serves && !world.isSwitched))
    throw new Violation("rollback says done, and prod does not serve its users");
  if (isDone && verb === "failback" && !args.includes("--stay") && !(world.prod.serves && !world.isSwitched))
    throw new Violation("failback says done, and prod does not serve its users");
  if (isDone && verb === "fence" && world.prod.serves)
    throw new Violation("fence says done, and prod serves");
  if (verb === "failover" && before.prod && !world.prod.serves && exitCode === 1 && before.points === 0)
    throw new Violation("a healthy primary was closed by a failover that had nothing to restore");
}

/** From every state, once the faults have gone, a printed command leads to a service that serves. */
async function leadBack(
  world: SimulatedWorld,
  past: string[],
  last: CommandOutcome | undefined,
): Promise<void> {
  world.prod.isRegion = "up";
  if (world.points.length === 0) world.bringPoint();
  let printed = last;
  const tried = new Set<string>();
  for (let round = 0; round < 12; round += 1) {
    const status = await runAs(world, 0, ["status"]);
    if (status.defect !== undefined || status.exitCode === 2)
      throw new Violation(`status can't read what was written: ${status.defect ?? status.output}`);
    if (world.isServed && world.lock === undefined && !isUnfinished(status.output)) return;
    const proposed = [printed?.output ?? "", status.output]
      .flatMap(printedCommands)
      .concat(printed === undefined ? [] : [[...printed.args]])
      .map((args) => withAll(args))
      .find((args) => args !== undefined && !tried.has(`${stateOf(world)} ${args.join(" ")}`));
    if (proposed === undefined) break;
    tried.add(`${stateOf(world)} ${proposed.join(" ")}`);
    past.push(`=> ${proposed.join(" ")}`);
    printed = await runAs(world, 0, proposed);
    past.push(`  ${printed.exitCode ?? "killed"} ${printed.output.replaceAll("\n", "\n  ")}`);
    judge(world, { served: world.isServed, prod: false, points: world.points.length }, printed);
  }
  if (world.isServed) return;
  throw new Violation("no printed command leads back to a service that serves");
}

const isUnfinished = (status: string): boolean => /has not ended/.test(status);

const CHANGING = new Set(["failover", "failback", "rollback", "fence"]);

/** A command that changes something, as a person runs it who means it. */
export function withAll(args: readonly string[]): readonly string[] | undefined {
  if (!CHANGING.has(args[0] ?? "")) return undefined;
  const add = (flag: string, ...value: string[]): string[] => (args.includes(flag) ? [] : [flag, ...value]);
  return [
    ...args,
    ...add("--execute"),
    ...add("--confirm", "dr"),
    ...add("--reason", "the same disaster as before"),
    ...add("--take-lock"),
  ];
}

const shown = (event: StoryEvent): string => JSON.stringify(event);

const stateOf = (world: SimulatedWorld): string =>
  JSON.stringify({
    switched: world.isSwitched,
    lock: world.lock !== undefined,
    environments: [world.prod, world.dr].map((one) => ({
      name: one.name,
      region: one.isRegion,
      tasks: one.service.count,
      open: one.isOpen,
      attached: one.attached,
      databases: [...one.databases.instances.keys()],
      stack: { ...one.stack, record: one.stack.record?.posture },
    })),
  });
