import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ProtocolEnum,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start.ts";
import { liveHttp } from "../../src/recovery/live-http.ts";
import { probe } from "./support.ts";

const REGION = "eu-central-1";
const NAME = "shop.example.com";

const capabilities = await probe();

describe.skipIf(!capabilities.isReady)("a load balancer, as a smoke test sees it", () => {
  let sandbox: Sandbox;
  let dnsName: string;
  let groupId: string;
  let targetGroupArn: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ capabilities });
    for (const [name, value] of Object.entries(sandbox.variables)) vi.stubEnv(name, value);
    await deploy();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await sandbox?.stop();
  });

  async function deploy(): Promise<void> {
    const settings = { region: REGION, endpoint: sandbox.url, credentials: SANDBOX_CREDENTIALS };
    const [ec2, elb, acm] = [
      new EC2Client(settings),
      new ElasticLoadBalancingV2Client(settings),
      new ACMClient(settings),
    ];
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const VpcId = Vpc?.VpcId ?? "";
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.0.0.0/24" }));
    const group = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: "alb", Description: "alb", VpcId }),
    );
    groupId = group.GroupId ?? "";
    const { LoadBalancers: [balancer] = [] } = await elb.send(
      new CreateLoadBalancerCommand({
        Name: "alb",
        Subnets: [Subnet?.SubnetId ?? ""],
        SecurityGroups: [groupId],
      }),
    );
    dnsName = balancer?.DNSName ?? "";
    const { TargetGroups: [targets] = [] } = await elb.send(
      new CreateTargetGroupCommand({ Name: "app", Port: 80, Protocol: ProtocolEnum.HTTP, VpcId }),
    );
    targetGroupArn = targets?.TargetGroupArn ?? "";
    const { CertificateArn } = await acm.send(
      new RequestCertificateCommand({ DomainName: NAME, ValidationMethod: "DNS" }),
    );
    await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: balancer?.LoadBalancerArn,
        Port: 443,
        Protocol: ProtocolEnum.HTTPS,
        Certificates: [{ CertificateArn }],
        DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
      }),
    );
  }

  const ask = (changes: { readonly serverName?: string; readonly connectTo?: string } = {}) =>
    liveHttp.get({
      protocol: "https",
      connectTo: dnsName,
      serverName: NAME,
      path: "/health",
      timeoutMs: 5000,
      ...changes,
    });

  it("does not answer behind a closed door", async () => {
    await expect(ask()).rejects.toThrow(`${dnsName}:443 can't be reached: the proxy answered 504`);
  });

  it("answers by its targets, under a certificate that is verified for the name of the record", async () => {
    const ec2 = new EC2Client({ region: REGION, endpoint: sandbox.url, credentials: SANDBOX_CREDENTIALS });
    const rule = { IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [rule] }));
    expect(await ask()).toMatchObject({ status: 503 });
    await sandbox.client.setTargetHealth({ targetGroupArn, healthy: true });
    expect(await ask()).toMatchObject({ status: 200 });
    await expect(ask({ serverName: "other.example.com" })).rejects.toThrow(/Host: other\.example\.com/);
  });

  it("is trusted for the sandbox's own authority only", async () => {
    vi.stubEnv("SMOKE_TEST_CA", "");
    await expect(ask()).rejects.toThrow(/certificate|issuer/i);
    vi.stubEnv("SMOKE_TEST_CA", sandbox.variables["SMOKE_TEST_CA"] ?? "");
  });

  it("does not answer from a region that is down, and nothing answers that is not there", async () => {
    await expect(ask({ connectTo: `other-1.${REGION}.elb.amazonaws.com` })).rejects.toThrow("504");
    await expect(ask({ connectTo: "www.example.com" })).rejects.toThrow("504");
    await sandbox.client.setFaults({ regionsDown: [REGION] });
    await expect(ask()).rejects.toThrow("504");
    await sandbox.client.clearFaults();
    expect(await ask()).toMatchObject({ status: 200 });
  });
});
