import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { connect } from "../../src/aws/connect.ts";
import type { Aws } from "../../src/aws/port.ts";
import { fence, fenceCalls, unfence } from "../../src/recovery/fence/fence.ts";
import { isIngressFenced } from "../../src/recovery/fence/ingress.ts";
import { capacityOf } from "../../src/recovery/steps/capacity.ts";
import { inquire } from "../support/inquiry.ts";
import { probe } from "./support.ts";

const { primary: spec } = inquire().subject;
const REGION = spec.region;

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("a fence around a primary, through the real SDK", () => {
  let sandbox: Sandbox;
  let aws: Aws;
  let ownGroup: string;
  const stop = new AbortController();

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities });
    for (const [name, value] of Object.entries(sandbox.variables)) vi.stubEnv(name, value);
    // What is first asked of moto can take seconds on a machine that is busy.
    aws = await connect({ signal: stop.signal, replyTimeoutMs: 30_000 });
    ownGroup = await deployIngress();
    await deployService();
  });
  afterAll(async () => {
    stop.abort();
    vi.unstubAllEnvs();
    await sandbox?.stop();
  });

  const settings = () => ({
    region: REGION,
    endpoint: sandbox.url,
    credentials: SANDBOX_CREDENTIALS,
    maxAttempts: 1,
  });
  const ec2 = () => new EC2Client(settings());
  const ecs = () => new ECSClient(settings());
  const elb = () => new ElasticLoadBalancingV2Client(settings());
  const scaling = () => new ApplicationAutoScalingClient(settings());

  /** A VPC whose default group is empty, as the stack's is, and a load balancer that is open. */
  async function deployIngress(): Promise<string> {
    const { Vpc } = await ec2().send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const VpcId = Vpc?.VpcId ?? "";
    const { SecurityGroups: [closed] = [] } = await ec2().send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
    );
    await ec2().send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: closed?.GroupId,
        IpPermissions: closed?.IpPermissions,
      }),
    );
    const { GroupId = "" } = await ec2().send(
      new CreateSecurityGroupCommand({ GroupName: spec.names.of("alb"), Description: "alb", VpcId }),
    );
    const rule = { IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
    await ec2().send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
    const subnets = await Promise.all(
      ["a", "b"].map((zone, index) =>
        ec2().send(
          new CreateSubnetCommand({
            VpcId,
            CidrBlock: `10.0.${index}.0/24`,
            AvailabilityZone: `${REGION}${zone}`,
          }),
        ),
      ),
    );
    await elb().send(
      new CreateLoadBalancerCommand({
        Name: spec.names.of("alb"),
        Subnets: subnets.map(({ Subnet }) => Subnet?.SubnetId ?? ""),
        SecurityGroups: [GroupId],
      }),
    );
    return GroupId;
  }

  async function deployService(): Promise<void> {
    const [cluster, serviceName] = [spec.names.prefix, spec.names.of("app")];
    await ecs().send(new CreateClusterCommand({ clusterName: cluster }));
    const containerDefinitions = [{ name: "app", image: "app:1", memory: 512 }];
    await ecs().send(new RegisterTaskDefinitionCommand({ family: "app", containerDefinitions }));
    await ecs().send(
      new CreateServiceCommand({ cluster, serviceName, taskDefinition: "app", desiredCount: 3 }),
    );
    await scaling().send(new RegisterScalableTargetCommand({ ...target(), MinCapacity: 3, MaxCapacity: 12 }));
  }

  const target = () => ({
    ServiceNamespace: "ecs" as const,
    ScalableDimension: "ecs:service:DesiredCount" as const,
    ResourceId: `service/${spec.names.prefix}/${spec.names.of("app")}`,
  });

  /** Whatever AWS says, asked by other means than the port. */
  async function world() {
    const { services: [service] = [] } = await ecs().send(
      new DescribeServicesCommand({ cluster: spec.names.prefix, services: [spec.names.of("app")] }),
    );
    const { LoadBalancers: [balancer] = [] } = await elb().send(new DescribeLoadBalancersCommand({}));
    const { ScalableTargets: [scalable] = [] } = await scaling().send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }),
    );
    return {
      count: service?.desiredCount,
      groups: balancer?.SecurityGroups,
      min: scalable?.MinCapacity,
      suspended: scalable?.SuspendedState?.DynamicScalingOutSuspended ?? false,
    };
  }

  it("shuts it, calls what it names and nothing else, and can be repeated", async () => {
    const before = await world();
    expect(before).toEqual({ count: 3, groups: [ownGroup], min: 3, suspended: false });
    const [last] = (await sandbox.client.calls()).slice(-1);
    const parts = await fence(spec, aws.in(REGION));
    expect(parts.map(({ outcome }) => outcome)).toEqual(["held", "held"]);
    const calls = await sandbox.client.calls(last === undefined ? {} : { after: last.id });
    const { actions } = fenceCalls(spec);
    const made = new Set(calls.map(({ action }) => action));
    expect([...made].filter((action) => !actions.some((one) => one.endsWith(`:${action}`)))).toEqual([
      // Which tasks still run: the port's question about a service asks for them as well.
      "ListTasks",
    ]);
    expect(new Set(calls.map(({ region }) => region))).toEqual(new Set([REGION]));

    const shut = await world();
    expect(shut).toMatchObject({ count: 0, min: 3, suspended: true });
    expect(shut.groups).not.toContain(ownGroup);
    await fence(spec, aws.in(REGION));
    expect(await world()).toEqual(shut);
    expect(await capacityOf(spec, aws.in(REGION))).toMatchObject({ desired: 0, running: 0 });
    expect(await isIngressFenced(spec, aws.in(REGION))).toBe(true);
  });

  it("opens it again as it was", async () => {
    await unfence(spec, aws.in(REGION));
    expect(await world()).toEqual({ count: 3, groups: [ownGroup], min: 3, suspended: false });
  });

  it("reports a region that does not answer as impossible, within seconds", async () => {
    await sandbox.client.setFaults({ regionsDown: [REGION] });
    const startedAt = performance.now();
    const parts = await fence(spec, aws.in(REGION));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(parts.map(({ outcome }) => outcome)).toEqual(["impossible", "impossible"]);
    await sandbox.client.clearFaults();
  });
});
