import { drCommand } from "../commands.ts";
import { fence } from "../fence/fence.ts";
import { markFenced } from "../fence/mark.ts";
import type { Run } from "../journal/run.ts";
import type { RecoveryContext } from "../steps/step.ts";

/**
 * Keeps the old primary from writing, as far as it can be reached (T43).
 *
 * That it can't is told loudly and stops nothing: a region that does not answer can't be fenced.
 */
export async function declareAndFence(context: RecoveryContext): Promise<string> {
  const { start } = context.run();
  context.tell(`declared by ${start.operator}: ${start.reason}`);
  return fenceAsFarAsPossible(context);
}

/**
 * Fences the primary as far as it answers, and says what has to be done about the rest.
 *
 * Done once more at the cut-over: whoever has come back in the meantime must not write beside the standby.
 */
export async function fenceAsFarAsPossible(context: RecoveryContext): Promise<string> {
  const { primary: spec, standby } = await context.subject();
  await markFenced(context);
  const parts = await fence(spec, context.primary);
  const open = parts.filter(({ outcome }) => outcome === "impossible");
  for (const { part, evidence } of open)
    context.tell(`WARNING: ${spec.name} is NOT fenced, its ${part} stays as it is: ${evidence}`);
  if (open.length > 0) {
    context.tell(
      "WARNING: should it come back, two would write; as soon as it answers, once this run has ended:",
    );
    context.tell(
      `  ${drCommand("fence", { environment: standby.name, execute: true, reason: `${spec.name} is back` })}`,
    );
    context.tell("or by hand:");
    for (const line of new Set(open.flatMap(({ remedy = "" }) => remedy.split("\n"))))
      context.tell(`  ${line}`);
  }
  const evidence = parts.map((part) =>
    part.outcome === "held" ? part.evidence : `${part.part} ${UNFENCED}: ${part.evidence}`,
  );
  return `${spec.name}: ${evidence.join("; ")}`;
}

/** In the evidence of a step, for whoever reads the journal. */
export const UNFENCED = "NOT fenced";

/** Whether a failover has ended with a primary that may come back and write. */
export function isUnfenced({ steps }: Run): boolean {
  const last = steps.get("cut-over");
  return last?.state === "done" && last.evidence.includes(UNFENCED);
}
