import { AwsFailure } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
import { factsOf } from "../../compute/facts.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import type { Calls } from "../steps/step.ts";
import { startCompute, stopCompute } from "./compute.ts";
import { closeIngress, openIngress } from "./ingress.ts";
import { type FencePart, impossible } from "./report.ts";

/**
 * Keeps an environment from writing: nobody comes in any more, and nothing runs (T43).
 *
 * Both parts are tried, whatever becomes of the other, and each can be tried again. Never rejects because AWS refuses or
 * does not answer: that is in the report. Terraform's next full apply of the environment undoes it.
 */
export async function fence(spec: ServiceSpec, aws: RegionalAws): Promise<readonly FencePart[]> {
  return Promise.all([
    attempt("ingress", closeIngress(spec, aws), byHandIngress(spec, aws.region)),
    attempt("compute", stopCompute(spec, aws), byHandCompute(spec, aws.region)),
  ]);
}

/**
 * Takes a fence back: first the compute, then the way in.
 *
 * @throws AwsFailure when AWS refuses or does not answer: nobody wants half of it unnoticed
 */
export async function unfence(spec: ServiceSpec, aws: RegionalAws): Promise<string> {
  const compute = await startCompute(spec, aws);
  return [compute, await openIngress(spec, aws)].join("; ");
}

/** What a fence calls. Taking it back calls the same. */
export function fenceCalls({ config, names, region }: ServiceSpec): Calls {
  const byKind = {
    tasks: [
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:RegisterScalableTarget",
      "ecs:DescribeServices",
      "ecs:UpdateService",
    ],
    "node-group": ["eks:DescribeCluster", "eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"],
    "instance-groups": ["autoscaling:DescribeAutoScalingGroups", "autoscaling:UpdateAutoScalingGroup"],
  } as const;
  return {
    region,
    actions: [
      "ec2:DescribeSecurityGroups",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:SetSecurityGroups",
      ...byKind[factsOf(config.compute).scale(names).kind],
    ],
  };
}

const byHandIngress = ({ names }: ServiceSpec, region: string): string =>
  [
    "# as soon as the region answers: move the load balancer into the VPC's empty security group",
    `aws elbv2 describe-load-balancers --region ${region} --names ${names.of("alb")} --query "LoadBalancers[0].[LoadBalancerArn,VpcId]"`,
    `aws ec2 describe-security-groups --region ${region} --filters Name=group-name,Values=default --query "SecurityGroups[].[GroupId,VpcId]"`,
    `aws elbv2 set-security-groups --region ${region} --load-balancer-arn ARN --security-groups GROUP`,
  ].join("\n");

function byHandCompute({ config, names }: ServiceSpec, region: string): string {
  const scale = factsOf(config.compute).scale(names);
  const when = "# as soon as the region answers: nothing must run there";
  switch (scale.kind) {
    case "tasks": {
      const { clusterName, serviceName } = scale;
      return [
        when,
        `aws application-autoscaling register-scalable-target --region ${region} --service-namespace ecs --scalable-dimension ecs:service:DesiredCount --resource-id service/${clusterName}/${serviceName} --suspended-state DynamicScalingInSuspended=true,DynamicScalingOutSuspended=true,ScheduledScalingSuspended=true`,
        `aws ecs update-service --region ${region} --cluster ${clusterName} --service ${serviceName} --desired-count 0`,
      ].join("\n");
    }
    case "node-group":
      return [
        when,
        `aws eks update-nodegroup-config --region ${region} --cluster-name ${scale.clusterName} --nodegroup-name ${scale.nodeGroupName} --scaling-config minSize=0,desiredSize=0,maxSize=1`,
      ].join("\n");
    case "instance-groups":
      return [
        when,
        ...scale.groups
          .toReversed()
          .map(
            ({ name }) =>
              `aws autoscaling update-auto-scaling-group --region ${region} --auto-scaling-group-name ${name} --min-size 0 --max-size 0 --desired-capacity 0`,
          ),
      ].join("\n");
  }
}

async function attempt(
  part: FencePart["part"],
  doing: Promise<FencePart>,
  remedy: string,
): Promise<FencePart> {
  try {
    return await doing;
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return impossible(part, error.message, remedy);
  }
}
