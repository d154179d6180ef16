import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones/index.js";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group/index.js";
import { Eip } from "@cdktf/provider-aws/lib/eip/index.js";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway/index.js";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway/index.js";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association/index.js";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table/index.js";
import { Route } from "@cdktf/provider-aws/lib/route/index.js";
import { Subnet } from "@cdktf/provider-aws/lib/subnet/index.js";
import { Vpc } from "@cdktf/provider-aws/lib/vpc/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Keys } from "../encryption/keys.ts";
import type { Names } from "../naming/names.ts";
import { planAddresses, type ZoneAddresses } from "./address-plan.ts";
import { FlowLogs } from "./flow-logs.ts";
import type { NetworkConfig, ZoneLetter } from "./schema.ts";
import { VpcEndpoints } from "./vpc-endpoints.ts";

interface NetworkProps {
  readonly config: NetworkConfig;
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly keys: Keys;
  /** AWS services that the platform must reach privately, besides those that every platform needs. */
  readonly endpoints: readonly string[];
  /** Ids of zones that the platform can't use, whatever letter the account knows them by. */
  readonly excludedZoneIds: readonly string[];
}

type Tier = Exclude<keyof ZoneAddresses, "zone">;

/** A VPC with public, private and database subnets; the last have no way out. */
export class Network extends Construct {
  readonly vpcId: string;
  readonly cidr: string;
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly databaseSubnetIds: readonly string[];
  /** The public subnets' way out: AWS refuses public load balancers and NAT gateways before it is there. */
  readonly internetRoute: ITerraformDependable;

  private readonly names: Names;
  private readonly region: string;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { config, names, accountId, region, keys } = props;
    this.names = names;
    this.region = region;
    this.cidr = config.cidr;
    this.vpcId = this.addVpc(config, props.excludedZoneIds).id;

    const addresses = planAddresses(config.cidr, config.zones);
    const publicSubnets = this.addSubnets("public", addresses);
    const privateSubnets = this.addSubnets("private", addresses);
    const databaseSubnets = this.addSubnets("database", addresses);

    const { table: publicTable, route } = this.addPublicRoutes(publicSubnets);
    this.internetRoute = route;
    const privateTables = this.addPrivateRoutes(config, publicSubnets, privateSubnets);
    const databaseTable = this.addDatabaseRoutes(databaseSubnets);

    this.publicSubnetIds = idsOf(publicSubnets);
    this.privateSubnetIds = idsOf(privateSubnets);
    this.databaseSubnetIds = idsOf(databaseSubnets);
    new VpcEndpoints(this, "endpoints", {
      config,
      names,
      region,
      network: this,
      more: props.endpoints,
      routeTableIds: [publicTable, ...privateTables, databaseTable].map((table) => table.id),
    });
    if (config.flowLogs.enabled) {
      const place = { accountId, region };
      new FlowLogs(this, "flow-logs", { config: config.flowLogs, names, ...place, network: this, keys });
    }
  }

  private addVpc(config: NetworkConfig, excluded: readonly string[]): Vpc {
    const zones = new DataAwsAvailabilityZones(this, "zones", {
      state: "available",
      // Local Zones are opted into and can't hold a load balancer (T12).
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      ...(excluded.length > 0 && { excludeZoneIds: [...excluded] }),
    });
    const unfit = excluded.length === 0 ? "" : ` or that its platform can't use (${excluded.join(", ")})`;
    const wanted = config.zones.map((zone) => `${this.region}${zone}`);
    const vpc = new Vpc(this, "vpc", {
      cidrBlock: config.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: this.names.prefix },
      lifecycle: {
        precondition: [
          {
            condition: `\${length(setsubtract(${JSON.stringify(wanted)}, ${zones.fqn}.names)) == 0}`,
            errorMessage: `network.zones names a zone that ${this.region} does not offer to this account${unfit}, got ${config.zones.join(", ")}; choose among \${join(", ", ${zones.fqn}.names)}`,
          },
        ],
      },
    });
    // Whoever forgets to name a security group gets one that admits nothing.
    new DefaultSecurityGroup(this, "closed", {
      vpcId: vpc.id,
      // Left out, the lists would only be emptied at creation, and later additions never noticed.
      ingress: [],
      egress: [],
      tags: { Name: this.names.of("default-closed") },
    });
    return vpc;
  }

  private addSubnets(tier: Tier, addresses: readonly ZoneAddresses[]): ReadonlyMap<ZoneLetter, Subnet> {
    return new Map(
      addresses.map((one) => [
        one.zone,
        new Subnet(this, `${tier}-${one.zone}`, {
          vpcId: this.vpcId,
          cidrBlock: one[tier],
          availabilityZone: `${this.region}${one.zone}`,
          mapPublicIpOnLaunch: false,
          tags: { Name: this.names.of(`${tier}-${one.zone}`) },
        }),
      ]),
    );
  }

  private addPublicRoutes(subnets: ReadonlyMap<ZoneLetter, Subnet>): { table: RouteTable; route: Route } {
    const gateway = new InternetGateway(this, "internet", {
      vpcId: this.vpcId,
      tags: { Name: this.names.prefix },
    });
    const table = this.addTable("public-routes", subnets);
    const route = new Route(this, "public-default", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
    return { table, route };
  }

  private addPrivateRoutes(
    config: NetworkConfig,
    publicSubnets: ReadonlyMap<ZoneLetter, Subnet>,
    privateSubnets: ReadonlyMap<ZoneLetter, Subnet>,
  ): RouteTable[] {
    const gateways = this.addNatGateways(config, publicSubnets);
    return [...privateSubnets].map(([zone, subnet]) => {
      const table = this.addTable(`private-${zone}-routes`, new Map([[zone, subnet]]));
      const gateway = gateways.get(zone);
      if (gateway !== undefined) {
        new Route(this, `private-${zone}-default`, {
          routeTableId: table.id,
          destinationCidrBlock: "0.0.0.0/0",
          natGatewayId: gateway.id,
        });
      }
      return table;
    });
  }

  private addDatabaseRoutes(subnets: ReadonlyMap<ZoneLetter, Subnet>): RouteTable {
    return this.addTable("database-routes", subnets);
  }

  /** The NAT gateway that each zone goes out through; empty without NAT. */
  private addNatGateways(
    config: NetworkConfig,
    publicSubnets: ReadonlyMap<ZoneLetter, Subnet>,
  ): ReadonlyMap<ZoneLetter, NatGateway> {
    const homes = [...publicSubnets].slice(
      0,
      { none: 0, single: 1, "per-zone": config.zones.length }[config.nat],
    );
    const gateways = new Map(homes.map(([zone, subnet]) => [zone, this.addNatGateway(zone, subnet)]));
    const [first] = gateways.values();
    return new Map(
      config.zones.flatMap((zone) => {
        const gateway = gateways.get(zone) ?? first;
        return gateway === undefined ? [] : [[zone, gateway]];
      }),
    );
  }

  private addNatGateway(zone: ZoneLetter, subnet: Subnet): NatGateway {
    const name = this.names.of(`nat-${zone}`);
    const address = new Eip(this, `nat-${zone}-address`, { domain: "vpc", tags: { Name: name } });
    return new NatGateway(this, `nat-${zone}`, {
      allocationId: address.id,
      subnetId: subnet.id,
      tags: { Name: name },
      dependsOn: [this.internetRoute],
    });
  }

  private addTable(id: string, subnets: ReadonlyMap<ZoneLetter, Subnet>): RouteTable {
    const table = new RouteTable(this, id, { vpcId: this.vpcId, tags: { Name: this.names.of(id) } });
    for (const [zone, subnet] of subnets) {
      new RouteTableAssociation(this, `${id}-${zone}`, { routeTableId: table.id, subnetId: subnet.id });
    }
    return table;
  }
}

const idsOf = (subnets: ReadonlyMap<ZoneLetter, Subnet>): string[] =>
  [...subnets.values()].map((subnet) => subnet.id);
