import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { fence } from "../fence/fence.ts";
import { startCompute } from "../fence/compute.ts";
import { openIngress } from "../fence/ingress.ts";
import { capacityOf, lookCommand } from "../steps/capacity.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import { waitFor } from "../steps/wait.ts";

const EVERY_MS = 5000;
/** A load balancer lets requests end for five minutes, and a task has two more to stop. */
const LONGEST_MINUTES = 20;

/**
 * Ends every write to the standby and to the primary, and waits until nothing runs that could write.
 *
 * Unlike in a disaster it has to succeed: whatever is written after the last recovery point is lost. The primary is still
 * running where the disaster kept it from being fenced, with data that nobody wants any more.
 */
export async function fenceBoth(context: RecoveryContext): Promise<string> {
  const { primary, standby } = await context.subject();
  context.tell(`from here on nobody is served, until ${primary.name} is open`);
  const evidence = [
    await fenceWholly(context, standby, context.standby),
    await fenceWholly(context, primary, context.primary),
  ];
  return evidence.join("; ");
}

async function fenceWholly(context: RecoveryContext, spec: ServiceSpec, aws: RegionalAws): Promise<string> {
  const parts = await fence(spec, aws);
  const open = parts.filter(({ outcome }) => outcome === "impossible");
  if (open.length > 0)
    throw new StepFailed(
      `${spec.name} can't be fenced: ${open.map(({ part, evidence }) => `${part}: ${evidence}`).join("; ")}`,
      `${spec.name} may still be written to; nothing was copied`,
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

/** Takes the fence back: the standby serves again with the data that it had. */
export async function unfenceStandby(context: RecoveryContext): Promise<string> {
  const { standby: spec } = await context.subject();
  const started = await startCompute(spec, context.standby);
  return `${started}; ${await openIngress(spec, context.standby)}`;
}
