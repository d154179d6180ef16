import { AwsFailure } from "../../aws/failure.ts";
import { contradictions } from "../assertions/assertion.ts";
import { databaseContradiction } from "../assertions/database.ts";
import { awaitRunning, awaitTargets } from "../failover/compute.ts";
import { runsContradiction } from "../assertions/service.ts";
import { startCompute } from "../fence/compute.ts";
import { unfence } from "../fence/fence.ts";
import { servingOf } from "../steps/serving.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";

/** What contradicts that the primary serves, with its database. */
export async function primaryServes(context: RecoveryContext): Promise<string | undefined> {
  const { primary: spec } = await context.subject();
  const { primary: aws } = context;
  const { serves, evidence } = await servingOf(spec, aws);
  return contradictions(
    Promise.resolve(serves ? undefined : `${spec.name} does not serve: ${evidence}`),
    databaseContradiction(spec, aws),
  );
}

/** Whether as much of the primary runs as its file wants: the fence of the failover did not reach it, or an attempt has started it. */
export async function isPrimaryRunning(context: RecoveryContext): Promise<string | undefined> {
  const { primary: spec } = await context.subject();
  try {
    const against = await runsContradiction(spec, context.primary);
    return against === undefined ? `as much of ${spec.name} runs as its file wants` : undefined;
  } catch (error) {
    // The step says it better.
    if (error instanceof AwsFailure) return undefined;
    throw error;
  }
}

/**
 * Starts the compute of the primary, whose load balancer stays in the empty security group, and waits until it runs. Minutes that
 * nobody has to wait for are over before anything is closed.
 *
 * @throws StepFailed when it can't be reached: users stay where they are
 */
export async function startBehindFence(context: RecoveryContext): Promise<string> {
  const { primary: spec } = await context.subject();
  context.tell(await whereReached(context, () => startCompute(spec, context.primary)));
  return awaitRunning(context, spec, context.primary, undefined);
}

/** Whether the primary serves as if it had never been fenced. */
export async function isPrimaryBack(context: RecoveryContext): Promise<string | undefined> {
  const { primary: spec } = await context.subject();
  const { primary: aws } = context;
  try {
    if ((await primaryServes(context)) !== undefined) return undefined;
    return `${spec.name} serves: ${(await servingOf(spec, aws)).evidence}`;
  } catch (error) {
    // The step says it better.
    if (error instanceof AwsFailure) return undefined;
    throw error;
  }
}

/**
 * Takes the fence of the primary back, and waits until it serves.
 *
 * @throws StepFailed when it can't be reached
 */
export async function restorePrimary(context: RecoveryContext): Promise<string> {
  const { primary: spec } = await context.subject();
  context.tell(await whereReached(context, () => unfence(spec, context.primary)));
  const running = await awaitRunning(context, spec, context.primary, undefined);
  const healthy = await awaitTargets(context, spec, context.primary, undefined);
  return `${spec.name}: ${running}, ${healthy}`;
}

/** Says what is closed when the primary can't be reached. */
async function whereReached(context: RecoveryContext, act: () => Promise<string>): Promise<string> {
  const { primary: spec, standby } = await context.subject();
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AwsFailure) || error.kind !== "unreachable") throw error;
    throw new StepFailed(
      `${spec.name} can't be reached: ${error.message}`,
      context.run().steps.has("close-standby")
        ? `nobody is served: ${standby.name} is closed, and ${spec.name} is not open yet`
        : `users stay where they are; ${standby.name} goes on as it is`,
      [`# wait until ${spec.region} answers\naws sts get-caller-identity --region ${spec.region}`],
    );
  }
}
