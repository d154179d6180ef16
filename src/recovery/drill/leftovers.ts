import type { NamedResource } from "../../aws/inventory.ts";
import { stateKey } from "../../naming/names.ts";
import { readState } from "../state.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { type Sight, waitFor } from "../steps/wait.ts";
import { copyOf } from "./copy.ts";
import { namesOfCopy } from "./take-leftovers.ts";

const EVERY_MS = 10_000;
/** Interfaces of load balancers and of the database go minutes after what they belonged to. */
const LONGEST_MINUTES = 15;

/** Evidence that there is no copy: neither in a state, nor in what AWS lists. */
export async function nothingThere(context: RecoveryContext): Promise<string | undefined> {
  if ((await somethingLeft(context)) !== undefined) return undefined;
  return `nothing is there whose name begins with ${(await copyOf(context)).names.prefix}`;
}

/** What is there of a copy; undefined when there is nothing. */
export async function somethingLeft(context: RecoveryContext): Promise<string | undefined> {
  const copy = await copyOf(context);
  const { bucket, region } = copy.state;
  const state = await readState(context.aws.in(region), bucket, stateKey(copy.project, copy.name));
  if (state !== undefined && state.resourceCount > 0)
    return `the state of ${copy.name} lists ${state.resourceCount} resources`;
  const left = await context.standby.resourcesNamed(namesOfCopy(copy));
  return left.length === 0 ? undefined : shown(left);
}

/**
 * Lists until nothing of the copy is left. Log groups that came back with a late line are deleted: nobody else does it.
 *
 * @throws StepFailed with what is left
 */
export async function proveNothingLeft(context: RecoveryContext): Promise<string> {
  const copy = await copyOf(context);
  const { standby } = context;
  return waitFor(context, {
    what: `until nothing of ${copy.names.prefix} is left`,
    expectedMinutes: undefined,
    longestMinutes: LONGEST_MINUTES,
    everyMs: EVERY_MS,
    next: [
      "# look at each, and delete it if it is the drill's: nothing else does, and it may cost money",
      `aws resourcegroupstaggingapi get-resources --region ${copy.region} --tag-filters Key=Drill,Values=${copy.name}`,
    ],
    probe: async (): Promise<Sight> => {
      const left = await standby.resourcesNamed(namesOfCopy(copy));
      for (const { kind, name } of left) if (kind === "log group") await standby.removeLogGroup(name);
      return left.length === 0
        ? { done: true, evidence: `nothing is left whose name begins with ${copy.names.prefix}` }
        : { done: false, progress: shown(left) };
    },
  });
}

const shown = (left: readonly NamedResource[]): string =>
  `${left.length} left: ${left.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`;
