import type { RegionalAws } from "../../aws/port.ts";
import type { Target } from "../../aws/serving.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { startCompute } from "../fence/compute.ts";
import { ensureRecord } from "../record.ts";
import { type Capacity, capacityOf, lookCommand } from "../steps/capacity.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import { type Sight, waitFor } from "../steps/wait.ts";

const EVERY_MS = 5000;

/** Longer than this is no slow start any more. */
const longest = (expectedMinutes: number | undefined): number => Math.max(15, 3 * (expectedMinutes ?? 0));

/** Waits until as much of the standby runs as is wanted: Terraform does not wait for tasks. */
export async function scaleCompute(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  await ensureRecord(context, "restored");
  const { standby: spec } = await context.subject();
  const before = await capacityOf(spec, context.standby);
  // A rollback, or a return, has stopped it by hand, and Terraform does not see that.
  if (before !== undefined && before.desired < before.least)
    context.tell(await startCompute(spec, context.standby));
  return awaitRunning(context, spec, context.standby, expectedMinutes);
}

/** Waits until the standby's load balancer finds its targets healthy. */
export async function awaitHealthy(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  await ensureRecord(context, "restored");
  const { standby: spec } = await context.subject();
  return awaitTargets(context, spec, context.standby, expectedMinutes);
}

/** Waits until as much of an environment runs as is wanted. */
export const awaitRunning = (
  context: RecoveryContext,
  spec: ServiceSpec,
  aws: RegionalAws,
  expectedMinutes: number | undefined,
): Promise<string> =>
  waitFor(context, {
    what: `for ${spec.name} to run`,
    expectedMinutes,
    longestMinutes: longest(expectedMinutes),
    everyMs: EVERY_MS,
    next: ["# read why nothing starts: an image that is missing, or no capacity", lookCommand(spec)],
    probe: async () => sightOf(spec.name, await capacityOf(spec, aws)),
  });

/** Waits until an environment's load balancer finds as many targets healthy as are wanted. */
export async function awaitTargets(
  context: RecoveryContext,
  spec: ServiceSpec,
  aws: RegionalAws,
  expectedMinutes: number | undefined,
): Promise<string> {
  const name = spec.names.of("alb");
  const balancer = await aws.loadBalancer(name);
  if (balancer === undefined)
    throw new StepFailed(
      `there is no load balancer ${name} in ${aws.region}`,
      `${spec.name} runs, and nobody reaches it`,
      [`npx cdktf deploy ${spec.name}`],
    );
  const look = `aws elbv2 describe-target-health --region ${aws.region} --target-group-arn $(aws elbv2 describe-target-groups --region ${aws.region} --load-balancer-arn ${balancer.arn} --query "TargetGroups[0].TargetGroupArn" --output text)`;
  return waitFor(context, {
    what: `for healthy targets of ${spec.name}`,
    expectedMinutes,
    longestMinutes: longest(expectedMinutes),
    everyMs: EVERY_MS,
    next: [
      "# read why the targets are not healthy, then the application's log",
      look,
      `aws logs tail --region ${aws.region} ${spec.names.path("app")} --since 15m`,
    ],
    probe: () => targetsOf(spec, aws, balancer.arn),
  });
}

/** Whether a load balancer finds as many targets healthy as are wanted, and none that is not. */
export async function targetsOf(spec: ServiceSpec, aws: RegionalAws, balancerArn: string): Promise<Sight> {
  const capacity = await capacityOf(spec, aws);
  const wanted = capacity?.unit === "tasks" ? Math.max(capacity.least, 1) : 1;
  return healthOf(await aws.targets(balancerArn), wanted);
}

function sightOf(name: string, capacity: Capacity | undefined): Sight {
  if (capacity === undefined)
    throw new StepFailed(`${name} has no service`, "nothing runs", [`npx cdktf deploy ${name}`]);
  const { unit, least, desired, running, problems } = capacity;
  const wanted = Math.max(least, desired);
  const progress = [`${running} of ${wanted} ${unit} run`, ...problems].join(", ");
  return running >= wanted && wanted > 0 ? { done: true, evidence: progress } : { done: false, progress };
}

/** Those that are on their way out do not count. */
function healthOf(targets: readonly Target[], wanted: number): Sight {
  const staying = targets.filter(({ state }) => state !== "draining" && state !== "unused");
  const healthy = staying.filter(({ state }) => state === "healthy").length;
  const bad = staying.find(({ state }) => state !== "healthy");
  const seen = `${healthy} of ${Math.max(wanted, staying.length)} targets are healthy`;
  const why = bad === undefined ? "" : `, one is ${bad.state}: ${bad.reason ?? "no reason given"}`;
  return healthy >= wanted && bad === undefined
    ? { done: true, evidence: seen }
    : { done: false, progress: `${seen}${why}` };
}
