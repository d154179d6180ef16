import * as scaling from "@aws-sdk/client-application-auto-scaling";
import * as ec2 from "@aws-sdk/client-ec2";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { probe } from "./support.ts";

const capabilities = await probe();

const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1";
const SECOND_MS = 1000;

describe.skipIf(!capabilities.isReady)("ECS services", () => {
  let sandbox: Sandbox;
  let client: ecs.ECSClient;
  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities, onNote: () => undefined });
  });
  afterAll(() => sandbox?.stop());
  beforeEach(() => sandbox.client.reset());

  const settings = () => ({
    endpoint: sandbox.url,
    region: "eu-west-1",
    credentials: SANDBOX_CREDENTIALS,
    maxAttempts: 1,
  });

  const describeService = async () => {
    const { services: [service] = [] } = await client.send(
      new ecs.DescribeServicesCommand({ cluster: "shop", services: ["app"] }),
    );
    return service;
  };
  const define = (image: string) =>
    client.send(
      new ecs.RegisterTaskDefinitionCommand({
        family: "shop",
        containerDefinitions: [{ name: "app", image, memory: 512 }],
      }),
    );
  const push = async () => {
    const registry = new ecr.ECRClient(settings());
    await registry.send(new ecr.CreateRepositoryCommand({ repositoryName: "shop" }));
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      config: { mediaType: "application/vnd.docker.container.image.v1+json", size: 1, digest: "sha256:1" },
      layers: [],
    });
    await registry.send(new ecr.PutImageCommand({ repositoryName: "shop", imageTag: "1", imageManifest }));
  };

  beforeEach(async () => {
    client = new ecs.ECSClient(settings());
    await client.send(new ecs.CreateClusterCommand({ clusterName: "shop" }));
    await define(IMAGE);
    await client.send(
      new ecs.CreateServiceCommand({
        cluster: "shop",
        serviceName: "app",
        taskDefinition: "shop",
        desiredCount: 2,
        capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
        enableExecuteCommand: true,
        healthCheckGracePeriodSeconds: 60,
        availabilityZoneRebalancing: "ENABLED",
      }),
    );
  });

  it("keep what they were told, also after a change of something else", async () => {
    await client.send(
      new ecs.UpdateServiceCommand({ cluster: "shop", service: "app", healthCheckGracePeriodSeconds: 90 }),
    );
    const service = await describeService();
    expect(service).toMatchObject({
      serviceName: "app",
      desiredCount: 2,
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
      platformVersion: "LATEST",
      enableExecuteCommand: true,
      enableECSManagedTags: false,
      healthCheckGracePeriodSeconds: 90,
      availabilityZoneRebalancing: "ENABLED",
    });
    expect(service?.launchType).toBeUndefined();
  });

  it("run their tasks once the image has been pulled", async () => {
    await push();
    expect(await describeService()).toMatchObject({ runningCount: 0, pendingCount: 2 });
    await sandbox.client.advance(30 * SECOND_MS);
    expect(await describeService()).toMatchObject({
      runningCount: 2,
      pendingCount: 0,
      deployments: [{ runningCount: 2, rolloutState: "COMPLETED" }],
    });
  });

  it("are the targets of their load balancer once they run, and as healthy as a test says", async () => {
    await push();
    const { Vpcs: [vpc] = [] } = await new ec2.EC2Client(settings()).send(new ec2.DescribeVpcsCommand({}));
    const balancing = new elb.ElasticLoadBalancingV2Client(settings());
    const { TargetGroups: [group] = [] } = await balancing.send(
      new elb.CreateTargetGroupCommand({
        Name: "shop",
        Protocol: "HTTP",
        Port: 8080,
        TargetType: "ip",
        VpcId: vpc?.VpcId,
      }),
    );
    const targetGroupArn = group?.TargetGroupArn ?? "";
    await client.send(
      new ecs.CreateServiceCommand({
        cluster: "shop",
        serviceName: "web",
        taskDefinition: "shop",
        desiredCount: 2,
        loadBalancers: [{ targetGroupArn, containerName: "app", containerPort: 8080 }],
      }),
    );
    const targets = async () => {
      const { TargetHealthDescriptions = [] } = await balancing.send(
        new elb.DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
      );
      return TargetHealthDescriptions.map(({ Target, TargetHealth }) => [Target?.Port, TargetHealth?.State]);
    };
    expect(await targets()).toEqual([]);
    await sandbox.client.advance(30 * SECOND_MS);
    expect(await targets()).toEqual([
      [8080, "healthy"],
      [8080, "healthy"],
    ]);
    await sandbox.client.setTargetHealth({ targetGroupArn, healthy: false });
    expect((await targets()).map(([, state]) => state)).toEqual(["unhealthy", "unhealthy"]);
  });

  it("run none, and say why, while the registry lacks the image", async () => {
    await sandbox.client.advance(30 * SECOND_MS);
    const service = await describeService();
    expect(service).toMatchObject({
      runningCount: 0,
      deployments: [{ failedTasks: 2, rolloutState: "IN_PROGRESS" }],
    });
    expect(service?.events?.[0]?.message).toContain(
      `CannotPullContainerError: failed to resolve ref ${IMAGE}`,
    );
  });

  it("keep the old tasks until the new ones run", async () => {
    await push();
    await sandbox.client.advance(30 * SECOND_MS);
    await describeService();
    const { taskDefinition } = await define(IMAGE.replace(/1$/, "2"));
    await client.send(
      new ecs.UpdateServiceCommand({
        cluster: "shop",
        service: "app",
        taskDefinition: taskDefinition?.taskDefinitionArn,
      }),
    );
    await sandbox.client.advance(30 * SECOND_MS);
    expect(await describeService()).toMatchObject({
      runningCount: 2,
      deployments: [{ runningCount: 0, taskDefinition: taskDefinition?.taskDefinitionArn }],
    });
  });

  it("get their count moved into the range of a scalable target", async () => {
    const autoscaling = new scaling.ApplicationAutoScalingClient(settings());
    const range = (MinCapacity: number, MaxCapacity: number) =>
      autoscaling.send(
        new scaling.RegisterScalableTargetCommand({
          ServiceNamespace: "ecs",
          ResourceId: "service/shop/app",
          ScalableDimension: "ecs:service:DesiredCount",
          MinCapacity,
          MaxCapacity,
        }),
      );
    await range(3, 12);
    expect((await describeService())?.desiredCount).toBe(3);
    await range(1, 2);
    expect((await describeService())?.desiredCount).toBe(2);
    await range(0, 4);
    expect((await describeService())?.desiredCount).toBe(2);
  });
});
