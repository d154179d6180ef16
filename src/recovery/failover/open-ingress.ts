import { isIngressFenced, openIngress as unfenceIngress } from "../fence/ingress.ts";
import { expectationOf } from "../guard/expectation.ts";
import { ensureRecord } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import { SET_ASIDE } from "../steps/set-aside.ts";
import type { RecoveryContext } from "../steps/step.ts";

/** Opens the standby to the public as its primary was, with its database protected from deletion: no more than serving takes. */
export async function openIngress(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  await ensureRecord(context, "active");
  await context.terraform.synthesize();
  const { standby } = await context.subject();
  const evidence = await applyGuarded(context, {
    stack: standby.name,
    expectation: expectationOf(standby, "activate"),
    expectedMinutes,
    postponed: [SET_ASIDE],
  });
  // Where a return has fenced the standby once, its load balancer is in the empty group.
  return (await isIngressFenced(standby, context.standby))
    ? `${evidence}; ${await unfenceIngress(standby, context.standby)}`
    : evidence;
}
