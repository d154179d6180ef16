import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import project from "../../examples/ecs-ec2/project.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { activation } from "../support/environments.ts";
import { PlatformStack } from "./support/platform-stack.ts";
import { probe } from "./support.ts";

const GROUP = "aws_autoscaling_group.compute_cluster_instances_group";
const TARGETS = [
  GROUP,
  "aws_ecs_cluster_capacity_providers.compute_cluster_capacity_providers",
  "aws_iam_role_policy.compute_cluster_instances_access_cluster_policy",
  "aws_kms_key.keys_telemetry_key",
  "aws_vpc_security_group_egress_rule.compute_cluster_instances_to_https",
];

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("an ECS standby on instances with real Terraform", () => {
  let stack: PlatformStack;

  beforeAll(async () => {
    stack = await PlatformStack.start(capabilities, "ecs-ec2", project.accountId, TARGETS);
  });
  afterAll(() => stack?.remove());

  async function group() {
    const { url: endpoint } = stack.sandbox;
    const region = project.regions.standby;
    const client = new AutoScalingClient({ region, endpoint, credentials: SANDBOX_CREDENTIALS });
    const { AutoScalingGroups: [found] = [] } = await client.send(new DescribeAutoScalingGroupsCommand({}));
    return { min: found?.MinSize, max: found?.MaxSize, running: found?.Instances?.length };
  }

  it("deploys a cluster without an instance, and finds nothing left to do", async () => {
    await stack.apply();
    await stack.expectEmptyPlan();
    expect(await group()).toEqual({ min: 0, max: 0, running: 0 });
  });

  it("gets the primary's instances with one apply that replaces nothing, and loses them with another (T9)", async () => {
    await stack.write({ "dr.activation": activation("active")["dr.activation"] });
    // Container Insights come with production, on the cluster and in a log group.
    expect(await stack.change()).toEqual({
      [GROUP]: ["update"],
      "aws_ecs_cluster.compute_cluster_fargate": ["update"],
      "aws_cloudwatch_log_group.compute_cluster_insights_log": ["create"],
    });
    await stack.expectEmptyPlan();
    const { min = 0, max = 0, running } = await group();
    expect(min).toBeGreaterThan(0);
    expect(max).toBeGreaterThanOrEqual(min);
    expect(running).toBeGreaterThanOrEqual(min);

    await stack.write();
    expect(await stack.change()).toMatchObject({ [GROUP]: ["update"] });
    expect(await group()).toMatchObject({ min: 0, max: 0 });
  });
});
