import { switchOf } from "../checks/switch.ts";
import { ensureRecord } from "../record.ts";
import { capacityOf, lookCommand } from "../steps/capacity.ts";
import { type Calls, type RecoveryContext, StepFailed } from "../steps/step.ts";
import type { Subject } from "../subject.ts";

/** What a validation calls. */
export function validationCalls({ standby, ...subject }: Subject): readonly Calls[] {
  const lever = switchOf({ standby, ...subject });
  return [
    {
      region: standby.region,
      actions: [
        "ecs:DescribeServices",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
    },
    ...(lever === undefined ? [] : [{ region: lever.region, actions: ["s3:ListBucket"] }]),
  ];
}

/** Looks at the standby as a whole, once more, now that users are on it. */
export async function validate(context: RecoveryContext): Promise<string> {
  await ensureRecord(context, "active");
  const { standby: spec } = await context.subject();
  const { standby: aws } = context;
  const [capacity, balancer] = await Promise.all([
    capacityOf(spec, aws),
    aws.loadBalancer(spec.names.of("alb")),
  ]);
  const targets = balancer === undefined ? [] : await aws.targets(balancer.arn);
  const healthy = targets.filter(({ state }) => state === "healthy").length;
  if (capacity === undefined || capacity.running === 0 || healthy === 0)
    throw new StepFailed(
      `${capacity?.running ?? 0} ${capacity?.unit ?? "tasks"} run, and ${healthy} of ${targets.length} targets are healthy`,
      "traffic leads to the standby, which does not serve",
      ["# read why, then go on", lookCommand(spec)],
    );
  return `${capacity.running} ${capacity.unit} run, ${healthy} targets are healthy`;
}
