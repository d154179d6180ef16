import { ACMClient, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { DescribeSecurityGroupsCommand, EC2Client, type IpPermission } from "@aws-sdk/client-ec2";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  type Action,
  type Listener,
  type LoadBalancer as Described,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { containsCidr } from "cidr-tools";
import type { Served, World } from "../../gateway/emulation.ts";
import { answered, connected, failure, type Observation } from "./observation.ts";
import type { TargetHealth } from "./target-health.ts";

export interface LoadBalancerRequest {
  readonly region: string;
  readonly dnsName: string;
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS" | "TCP";
}

/** Where the sandbox's users are: outside of every VPC, in a range that is for documentation. */
const USER = "203.0.113.10";

/** Load balancers as the world sees them: name, door, listener, targets. */
export class LoadBalancers {
  private readonly world: World;
  private readonly targets: TargetHealth;

  constructor(world: World, targets: TargetHealth) {
    this.world = world;
    this.targets = targets;
  }

  /** What each address sees that connects. */
  async observe(
    request: LoadBalancerRequest,
    addresses: readonly string[],
  ): Promise<ReadonlyMap<string, Observation>> {
    const everywhere = (seen: Observation) => new Map(addresses.map((address) => [address, seen]));
    const balancer = await this.find(request.region, request.dnsName);
    if (balancer === undefined) {
      return everywhere(failure("DNS resolution failed"));
    }
    const timeout = failure("The connection timed out");
    if (balancer.Scheme === "internal") {
      return everywhere(timeout);
    }
    const listener = (await this.listeners(request.region, balancer)).find(
      ({ Port }) => Port === request.port,
    );
    const served =
      listener === undefined
        ? failure("The endpoint refused the connection")
        : await this.answerOf(request, listener);
    const permissions = await this.permissions(request.region, balancer.SecurityGroups ?? []);
    return new Map(
      addresses.map((address) => {
        const isOpen = permissions.some((permission) => admits(permission, address, request.port));
        return [address, isOpen ? served : timeout];
      }),
    );
  }

  /** What a user finds there; undefined for a name that is none, a door that is closed, and a region that is down. */
  async serve(request: Omit<LoadBalancerRequest, "protocol">): Promise<Served | undefined> {
    const { region, dnsName, port } = request;
    if (this.world.isDown(region)) {
      return undefined;
    }
    const balancer = await this.find(region, dnsName);
    const listeners = balancer === undefined ? [] : await this.listeners(region, balancer);
    const listener = listeners.find(({ Port }) => Port === port);
    const protocol = listener?.Protocol;
    if (listener === undefined || (protocol !== "HTTP" && protocol !== "HTTPS")) {
      return undefined;
    }
    const { status } = (await this.observe({ ...request, protocol }, [USER])).get(USER) ?? {};
    return status === undefined
      ? undefined
      : { status, certificateNames: protocol === "HTTPS" ? await this.namesOf(region, listener) : undefined };
  }

  /**
   * What an alias record with target evaluation goes by: each target group that a listener forwards to has a healthy
   * target. It looks neither at doors nor at what the application answers.
   */
  async isHealthyTarget(region: string, dnsName: string): Promise<boolean> {
    const balancer = await this.find(region, dnsName);
    const listeners = balancer === undefined ? [] : await this.listeners(region, balancer);
    const groups = new Set(
      listeners.flatMap(({ DefaultActions: actions = [] }) => actions.flatMap(groupsOf)),
    );
    const healths = await Promise.all([...groups].map((group) => this.targets.isHealthy(region, group)));
    return healths.length > 0 && healths.every(Boolean);
  }

  private async namesOf(
    region: string,
    { Certificates: [shown] = [] }: Listener,
  ): Promise<readonly string[]> {
    const { CertificateArn } = shown ?? {};
    const acm = new ACMClient(this.world.moto.client(region));
    const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
    const names = [Certificate?.DomainName, ...(Certificate?.SubjectAlternativeNames ?? [])];
    return [...new Set(names.filter((name) => name !== undefined))];
  }

  private async find(region: string, dnsName: string): Promise<Described | undefined> {
    const elb = new ElasticLoadBalancingV2Client(this.world.moto.client(region));
    const { LoadBalancers: balancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
    return balancers.find(({ DNSName: name }) => name?.toLowerCase() === dnsName.toLowerCase());
  }

  private async listeners(region: string, { LoadBalancerArn }: Described): Promise<Listener[]> {
    const elb = new ElasticLoadBalancingV2Client(this.world.moto.client(region));
    const { Listeners: listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    return listeners;
  }

  private async answerOf(
    { region, protocol }: LoadBalancerRequest,
    listener: Listener,
  ): Promise<Observation> {
    if (protocol === "TCP") {
      return connected;
    }
    if (listener.Protocol !== protocol) {
      return failure(`The endpoint speaks ${listener.Protocol ?? "another protocol"}, not ${protocol}`);
    }
    const [action] = listener.DefaultActions ?? [];
    if (action?.Type === "redirect") {
      return answered(Number(/\d+/.exec(action.RedirectConfig?.StatusCode ?? "302")?.[0]));
    }
    if (action?.Type === "fixed-response") {
      return answered(Number(action.FixedResponseConfig?.StatusCode ?? 503));
    }
    const groups = action === undefined ? [] : groupsOf(action);
    const healths = await Promise.all(groups.map((group) => this.targets.isHealthy(region, group)));
    return answered(healths.some(Boolean) ? 200 : 503);
  }

  private async permissions(region: string, GroupIds: string[]): Promise<IpPermission[]> {
    if (GroupIds.length === 0) {
      return [];
    }
    const ec2 = new EC2Client(this.world.moto.client(region));
    const { SecurityGroups: groups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
    return groups.flatMap(({ IpPermissions: permissions = [] }) => permissions);
  }
}

const groupsOf = ({ TargetGroupArn: arn, ForwardConfig: forward }: Action): string[] => {
  const weighted = (forward?.TargetGroups ?? []).flatMap(({ TargetGroupArn: group = [] }) => group);
  return weighted.length > 0 ? weighted : arn === undefined ? [] : [arn];
};

/** Prefix lists and other groups admit nobody here. */
function admits(permission: IpPermission, address: string, port: number): boolean {
  const { IpProtocol: protocol, FromPort: from = 0, ToPort: to = 65_535, IpRanges: ranges = [] } = permission;
  const coversPort = protocol === "-1" || (protocol === "tcp" && from <= port && port <= to);
  return (
    coversPort && ranges.some(({ CidrIp: range }) => range !== undefined && containsCidr(range, address))
  );
}
