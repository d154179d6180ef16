import { isIngressFenced, openIngress as unfenceIngress } from "../fence/ingress.ts";
import { ensureRecord } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import type { RecoveryContext } from "../steps/step.ts";

/** Opens the standby to the public as its primary was, and makes it a full production environment. */
export async function openIngress(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  await ensureRecord(context, "active");
  await context.terraform.synthesize();
  const { standby, project } = await context.subject();
  const evidence = await applyGuarded(context, {
    stack: standby.name,
    expectation: {
      transition: "activate",
      region: standby.region,
      accountId: project.accountId,
      environment: standby.name,
      databasesMayGo: [],
    },
    expectedMinutes,
  });
  // Where a return has fenced the standby once, its load balancer is in the empty group.
  return (await isIngressFenced(standby, context.standby))
    ? `${evidence}; ${await unfenceIngress(standby, context.standby)}`
    : evidence;
}
