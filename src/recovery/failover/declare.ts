import { fence } from "../fence/fence.ts";
import type { RecoveryContext } from "../steps/step.ts";

/**
 * Keeps the old primary from writing, as far as it can be reached (T43).
 *
 * That it can't is told loudly and stops nothing: a region that does not answer can't be fenced.
 */
export async function declareAndFence(context: RecoveryContext): Promise<string> {
  const { primary: spec } = await context.subject();
  const { start } = context.run();
  context.tell(`declared by ${start.operator}: ${start.reason}`);
  const parts = await fence(spec, context.primary);
  const open = parts.filter(({ outcome }) => outcome === "impossible");
  for (const { part, evidence, remedy = "" } of open) {
    context.tell(`WARNING: ${spec.name} is NOT fenced, its ${part} stays as it is: ${evidence}`);
    context.tell("WARNING: should it come back, two would write; as soon as it answers:");
    for (const line of remedy.split("\n")) context.tell(`  ${line}`);
  }
  const evidence = parts.map((part) =>
    part.outcome === "held" ? part.evidence : `${part.part} NOT fenced: ${part.evidence}`,
  );
  return `${spec.name}: ${evidence.join("; ")}`;
}
