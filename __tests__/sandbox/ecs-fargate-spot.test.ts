import { afterAll, beforeAll, describe, expect, it } from "vitest";
import project from "../../examples/ecs-fargate-spot/project.ts";
import { activation } from "../support/environments.ts";
import { PlatformStack } from "./support/platform-stack.ts";
import { probe } from "./support.ts";

const PROVIDERS = "aws_ecs_cluster_capacity_providers.compute_cluster_capacity_providers";

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("an ECS standby on interruptible tasks with real Terraform", () => {
  let stack: PlatformStack;

  beforeAll(async () => {
    stack = await PlatformStack.start(capabilities, "ecs-fargate-spot", project.accountId, [
      PROVIDERS,
      "aws_kms_key.keys_telemetry_key",
    ]);
  });
  afterAll(() => stack?.remove());

  it("deploys its cluster with both kinds of capacity, which activation leaves as they are", async () => {
    await stack.apply();
    await stack.expectEmptyPlan();
    await stack.write({ "dr.activation": activation("active")["dr.activation"] });
    expect(await stack.change()).not.toHaveProperty([PROVIDERS]);
    await stack.expectEmptyPlan();
  });
});
