import { AwsFailure } from "../aws/failure.ts";
import { primaryFenced } from "./assertions/fence.ts";
import { fenceCalls } from "./fence/fence.ts";
import { markFenced } from "./fence/mark.ts";
import { fenceStateOf, fenceWholly } from "./fence/wholly.ts";
import type { RecoveryContext, RecoveryPlan } from "./steps/step.ts";
import type { Subject } from "./subject.ts";

/**
 * Fences the primary while its standby serves.
 *
 * A region that was gone when the failover fenced comes back with whatever ran there: two writers, until somebody does this (T43).
 */
export function fencePrimary({ primary, standby }: Subject): RecoveryPlan {
  const takenBack = `npm run dr -- failback --environment ${standby.name}`;
  return {
    verb: "fence",
    environment: standby.name,
    title: `${primary.name} in ${primary.region} is closed and stopped; ${standby.name} goes on serving`,
    warnings: [
      `users that still reach ${primary.name} get no answer any more; what it has written since the failover stays in its database`,
    ],
    steps: [
      {
        id: "fence-primary",
        title: `closes and stops ${primary.name}, and waits until nothing runs there`,
        calls: [fenceCalls(primary)],
        dependsOn: [],
        minutes: undefined,
        undo: takenBack,
        isDone: heldAlready,
        contradiction: primaryFenced,
        run: async (context) => {
          await markFenced(context);
          return fenceWholly(context, primary, context.primary, `${standby.name} goes on serving`);
        },
      },
    ],
    undo: takenBack,
  };
}

async function heldAlready(context: RecoveryContext): Promise<string | undefined> {
  const { primary } = await context.subject();
  try {
    if ((await primaryFenced(context)) !== undefined) return undefined;
    return (await fenceStateOf(primary, context.primary)).evidence;
  } catch (error) {
    // The step says it better.
    if (error instanceof AwsFailure) return undefined;
    throw error;
  }
}
