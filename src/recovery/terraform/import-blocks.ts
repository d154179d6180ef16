import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { complaintsIn } from "./events.ts";
import type { Outcome } from "./process.ts";
import type { Import } from "./terraform.ts";

/** Beside the stack for as long as a plan is made: a plan that was written down holds what it imports. */
const FILE = "recovery-import.tf.json";

/** Source: Terraform's `internal/terraform`, what an import of something that the provider does not find ends in. */
const NOT_THERE = "Cannot import non-existent remote object";

/**
 * Plans with import blocks beside the stack. What does not exist fails such a plan: it is left out then, and is made as the stack
 * says.
 *
 * A text of a name is escaped: in Terraform's JSON it would be a template.
 */
export async function planWithImports(
  directory: string,
  imports: readonly Import[],
  plan: () => Promise<Outcome>,
): Promise<Outcome> {
  const file = join(directory, FILE);
  // A process that was killed may have left one.
  rmSync(file, { force: true });
  if (imports.length === 0) return plan();
  try {
    const blocks = imports.map(({ address, id }) => ({ to: address, id: literal(id) }));
    writeFileSync(file, JSON.stringify({ import: blocks }), { mode: 0o600 });
    const outcome = await plan();
    const existing = imports.filter((one) => !isMissing(one, outcome));
    if (outcome.exitCode === 0 || existing.length === imports.length) return outcome;
    return await planWithImports(directory, existing, plan);
  } finally {
    rmSync(file, { force: true });
  }
}

const isMissing = ({ address }: Import, { output }: Outcome): boolean =>
  complaintsIn(output).some(({ text }) => text.startsWith(NOT_THERE) && text.includes(`"${address}"`));

const literal = (text: string): string => text.replaceAll(/([$%])\{/g, "$1$1{");
