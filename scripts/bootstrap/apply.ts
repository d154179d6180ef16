import process from "node:process";
import { createInterface } from "node:readline/promises";
import { Failure } from "./failure.ts";
import { streamTerraform } from "./terraform.ts";

export interface ApplyOptions {
  /** Don't ask. */
  readonly yes: boolean;
  /** Standard output belongs to one JSON document. */
  readonly json: boolean;
}

/** Below the folder that Terraform keeps for itself. */
const PLAN = ".terraform/bootstrap.tfplan";
/** Exit code of `plan -detailed-exitcode` when there is something to do. */
const CHANGES = 2;

/**
 * Plans, shows, asks, and applies that very plan. Resolves with whether something changed.
 *
 * @param before runs between the answer and the apply
 */
export async function planAndApply(
  folder: string,
  accountId: string,
  question: string,
  options: ApplyOptions,
  before: () => void = () => undefined,
): Promise<boolean> {
  const output = { quietStdout: options.json, accountId };
  const plan = ["plan", "-input=false", "-detailed-exitcode", `-out=${PLAN}`];
  const found = await streamTerraform(folder, plan, { ...output, expected: [0, CHANGES] });
  if (found !== CHANGES) return false;
  if (!options.yes) await confirm(question);
  before();
  await streamTerraform(folder, ["apply", "-input=false", PLAN], output);
  return true;
}

async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new Failure("nothing was changed: there is no terminal to ask on; read the plan and add --yes", 2);
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`${question} (type yes) `);
  prompt.close();
  if (answer.trim() !== "yes") throw new Failure("nothing was changed");
}
