import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { capacityOf, lookCommand } from "../steps/capacity.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import { waitFor } from "../steps/wait.ts";
import { fence } from "./fence.ts";
import { isIngressClosed } from "./ingress.ts";

const EVERY_MS = 5000;
/** A load balancer lets requests end for five minutes, and a task has two more to stop. */
const LONGEST_MINUTES = 20;

/**
 * Fences an environment, and waits until nothing runs that could write.
 *
 * @param otherwise what was not done when it can't be fenced, for whoever reads the failure
 * @throws StepFailed when a part can't be fenced, or goes on running
 */
export async function fenceWholly(
  context: RecoveryContext,
  spec: ServiceSpec,
  aws: RegionalAws,
  otherwise: string,
): Promise<string> {
  const parts = await fence(spec, aws);
  const open = parts.filter(({ outcome }) => outcome === "impossible");
  if (open.length > 0)
    throw new StepFailed(
      `${spec.name} can't be fenced: ${open.map(({ part, evidence }) => `${part}: ${evidence}`).join("; ")}`,
      `${spec.name} may still be written to; ${otherwise}`,
      open.flatMap(({ remedy = "" }) => remedy.split("\n")),
    );
  const stopped = await waitFor(context, {
    what: `until nothing runs in ${spec.name}`,
    expectedMinutes: undefined,
    longestMinutes: LONGEST_MINUTES,
    everyMs: EVERY_MS,
    next: ["# what still runs may still write; stop it, then go on", lookCommand(spec)],
    probe: async () => {
      const running = (await capacityOf(spec, aws))?.running ?? 0;
      return running === 0
        ? { done: true, evidence: "nothing runs" }
        : { done: false, progress: `${running} still run` };
    },
  });
  return [spec.name, [...parts.map(({ evidence }) => evidence), stopped].join(", ")].join(": ");
}

/** How far an environment is kept from writing. */
export interface FenceState {
  readonly isClosed: boolean;
  readonly isStopped: boolean;
  /** Both, in words. */
  readonly evidence: string;
}

/**
 * Looks how far an environment is fenced. What does not exist writes nothing.
 *
 * @throws AwsFailure
 */
export async function fenceStateOf(spec: ServiceSpec, aws: RegionalAws): Promise<FenceState> {
  const [isClosed, capacity] = await Promise.all([isIngressClosed(spec, aws), capacityOf(spec, aws)]);
  const { running = 0, desired = 0, unit = "tasks" } = capacity ?? {};
  const isStopped = running === 0 && desired === 0;
  const runs = isStopped ? "nothing runs there" : `${running} of ${desired} ${unit} run there`;
  return { isClosed, isStopped, evidence: `${spec.name} is ${isClosed ? "closed" : "open"}, and ${runs}` };
}
