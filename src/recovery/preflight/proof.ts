import { Interrupted, StepFailed } from "../steps/step.ts";
import type { Terraform } from "../terraform/terraform.ts";
import type { Blocker, Preflight } from "./preflight.ts";

/**
 * Has Terraform plan each stack that a recovery is going to change, as it is now.
 *
 * Whatever a restore needs of this machine is proven by it while something still serves: the files, Terraform, its provider, its
 * credentials, the state, and that its lock can be taken. In a disaster nobody waits for it.
 */
export async function withProof(
  found: Preflight,
  terraform: Terraform,
  tell: (line: string) => void,
): Promise<Preflight> {
  if (found.blockers.length > 0 || found.mustPlan.length === 0) return found;
  tell(`trying whether Terraform can plan ${found.mustPlan.join(" and ")}, before anything is closed`);
  const blockers: Blocker[] = [];
  try {
    await terraform.synthesize();
    for (const stack of found.mustPlan) await terraform.plan(stack);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const what = error instanceof Error ? error.message : String(error);
    const { next, resumeWith } = error instanceof StepFailed ? error : { next: [], resumeWith: [] };
    blockers.push({ id: "terraform", what, remedy: next, resumeWith });
  }
  return { ...found, blockers };
}
