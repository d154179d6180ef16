import {
  BudgetsClient,
  DescribeBudgetCommand,
  DescribeNotificationsForBudgetCommand,
  DescribeSubscribersForNotificationCommand,
} from "@aws-sdk/client-budgets";
import * as ec2 from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import type { ServiceSpec } from "../../../src/config/spec.ts";

/** What can be said of an environment, from its files and from AWS. */
export interface Facts {
  readonly network: { readonly cidr: unknown; readonly zones: readonly string[] };
  readonly ingress: { readonly certificates: readonly unknown[]; readonly isPublic: boolean };
  readonly registry: { readonly uri: unknown; readonly mutability: unknown };
  readonly service: Readonly<Record<"tasks" | "cpu" | "memory" | "exec" | "image", unknown>>;
  readonly database: Readonly<Record<string, unknown>>;
  readonly budget: {
    readonly limitUsd: number | undefined;
    readonly emails: readonly (string | undefined)[];
  };
}

/** What the files ask for. */
export function askedOf({ config, project, region, repositoryName }: ServiceSpec): Facts {
  const { network, ingress, compute, database, budget } = config;
  const uri = `${project.accountId}.dkr.ecr.${region}.amazonaws.com/${repositoryName}`;
  const { image } = compute.container;
  if (compute.platform !== "ecs") throw new Error(`no facts are read of ${compute.platform}`);
  return {
    network: { cidr: network.cidr, zones: network.zones.toSorted() },
    ingress: {
      certificates: ingress.certificateArn === undefined ? [] : [ingress.certificateArn],
      isPublic: ingress.public,
    },
    registry: { uri, mutability: "IMMUTABLE" },
    service: {
      tasks: compute.desiredCount,
      cpu: String(compute.cpu),
      memory: String(compute.memoryMiB),
      exec: compute.exec,
      image: "tag" in image ? `${uri}:${image.tag}` : `${uri}@${image.digest}`,
    },
    database: {
      engine: `postgres ${database.engineVersion}`,
      class: database.instanceClass,
      storageGiB: database.storageGiB,
      multiAz: database.multiAz,
      backupRetentionDays: database.backupRetentionDays,
      deletionProtection: database.deletionProtection,
      encrypted: true,
      public: false,
    },
    budget: { limitUsd: budget?.monthlyLimitUsd, emails: budget?.emails ?? [] },
  };
}

/** What AWS says of that which the outputs name. */
export class Seen {
  private readonly settings: ec2.EC2ClientConfig & { readonly region: string };
  private readonly output: (name: string) => string;

  /**
   * @param settings of any SDK client
   * @param output an output's value by its name
   */
  constructor(settings: ec2.EC2ClientConfig & { readonly region: string }, output: (name: string) => string) {
    this.settings = settings;
    this.output = output;
  }

  async facts(): Promise<Facts> {
    return {
      network: await this.network(),
      ingress: await this.ingress(),
      ...(await this.service()),
      database: await this.database(),
      budget: await this.budget(),
    };
  }

  private async network(): Promise<Facts["network"]> {
    const client = new ec2.EC2Client(this.settings);
    const VpcIds = [this.output("vpc_id")];
    const { Vpcs: [vpc] = [] } = await client.send(new ec2.DescribeVpcsCommand({ VpcIds }));
    const { Subnets = [] } = await client.send(
      new ec2.DescribeSubnetsCommand({ Filters: [{ Name: "vpc-id", Values: VpcIds }] }),
    );
    const zones = Subnets.map(({ AvailabilityZone = "" }) => AvailabilityZone.slice(-1));
    return { cidr: vpc?.CidrBlock, zones: [...new Set(zones)].toSorted(alphabetically) };
  }

  private async ingress(): Promise<Facts["ingress"]> {
    const client = new elb.ElasticLoadBalancingV2Client(this.settings);
    const { LoadBalancers = [] } = await client.send(new elb.DescribeLoadBalancersCommand({}));
    const balancer = LoadBalancers.find(
      ({ DNSName, CanonicalHostedZoneId }) =>
        DNSName === this.output("alb_dns_name") && CanonicalHostedZoneId === this.output("alb_zone_id"),
    );
    const { Listeners = [] } = await client.send(
      new elb.DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }),
    );
    const { SecurityGroups = [] } = await new ec2.EC2Client(this.settings).send(
      new ec2.DescribeSecurityGroupsCommand({ GroupIds: balancer?.SecurityGroups ?? [] }),
    );
    const admitted = SecurityGroups.flatMap(({ IpPermissions = [] }) => IpPermissions).flatMap(
      ({ IpRanges = [] }) => IpRanges.map(({ CidrIp }) => CidrIp),
    );
    return {
      certificates: Listeners.flatMap(({ Certificates = [] }) => Certificates).map(
        ({ CertificateArn }) => CertificateArn,
      ),
      isPublic: admitted.includes("0.0.0.0/0"),
    };
  }

  private async service(): Promise<Pick<Facts, "registry" | "service">> {
    const { repositories = [] } = await new ECRClient(this.settings).send(
      new DescribeRepositoriesCommand({}),
    );
    const repository = repositories.find((each) => each.repositoryUri === this.output("ecr_repository_url"));
    const client = new ECSClient(this.settings);
    const { services: [service] = [] } = await client.send(
      new DescribeServicesCommand({
        cluster: this.output("cluster_name"),
        services: [this.output("service_name")],
      }),
    );
    const { taskDefinition } = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: service?.taskDefinition }),
    );
    return {
      registry: { uri: repository?.repositoryUri, mutability: repository?.imageTagMutability },
      service: {
        tasks: service?.desiredCount,
        cpu: taskDefinition?.cpu,
        memory: taskDefinition?.memory,
        exec: service?.enableExecuteCommand,
        image: taskDefinition?.containerDefinitions?.[0]?.image,
      },
    };
  }

  private async database(): Promise<Facts["database"]> {
    const { DBInstances = [] } = await new RDSClient(this.settings).send(new DescribeDBInstancesCommand({}));
    const found = DBInstances.find(
      ({ DBInstanceIdentifier, Endpoint, MasterUserSecret }) =>
        DBInstanceIdentifier === this.output("database_identifier") &&
        `${Endpoint?.Address ?? ""}:${Endpoint?.Port ?? ""}` === this.output("database_endpoint") &&
        MasterUserSecret?.SecretArn === this.output("database_secret_arn"),
    );
    return {
      engine: `${found?.Engine ?? ""} ${found?.EngineVersion?.split(".")[0] ?? ""}`,
      class: found?.DBInstanceClass,
      storageGiB: found?.AllocatedStorage,
      multiAz: found?.MultiAZ,
      backupRetentionDays: found?.BackupRetentionPeriod,
      deletionProtection: found?.DeletionProtection,
      encrypted: found?.StorageEncrypted,
      public: found?.PubliclyAccessible,
    };
  }

  /** Of the one budget that the environment's cluster name leads to: budgets are no output. */
  private async budget(): Promise<Facts["budget"]> {
    const client = new BudgetsClient({ ...this.settings, region: "us-east-1" });
    const [, , , , AccountId = ""] = this.output("database_secret_arn").split(":");
    const of = { AccountId, BudgetName: `${this.output("cluster_name")}-monthly` };
    const { Budget } = await client.send(new DescribeBudgetCommand(of));
    const { Notifications = [] } = await client.send(new DescribeNotificationsForBudgetCommand(of));
    const subscribers = await Promise.all(
      Notifications.map((Notification) =>
        client.send(new DescribeSubscribersForNotificationCommand({ ...of, Notification })),
      ),
    );
    const emails = subscribers
      .flatMap(({ Subscribers = [] }) => Subscribers)
      .filter(({ SubscriptionType }) => SubscriptionType === "EMAIL");
    return {
      limitUsd: Number(Budget?.BudgetLimit?.Amount),
      emails: [...new Set(emails.map(({ Address }) => Address))],
    };
  }
}

export const alphabetically = (one: string, other: string): number => one.localeCompare(other);
