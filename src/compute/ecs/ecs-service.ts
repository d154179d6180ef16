import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { EcsService as Service } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import type { AlarmDefinition, Thresholds } from "../../observability/alarm.ts";
import type { Compute, ComputeProps } from "../compute.ts";
import { databaseEnvironment } from "../database-environment.ts";
import { serviceNameOf } from "../names.ts";
import { capacityAlarms, serviceAlarms } from "./alarms.ts";
import { Cluster } from "./cluster.ts";
import { CONTAINER_NAME, containerDefinition, volumesOf } from "./container.ts";
import { TaskRoles } from "./roles.ts";
import { Scaling } from "./scaling.ts";
import type { EcsConfig } from "./schema.ts";

interface EcsServiceProps extends ComputeProps {
  readonly config: EcsConfig;
}

/** The service as tasks on Amazon ECS, behind the load balancer and with the database in reach. */
export class EcsService extends Construct implements Compute {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly securityGroupId: string;
  /** Terraform starts the tasks itself. */
  readonly manifest = undefined;

  private readonly config: EcsConfig;
  private readonly cluster: Cluster;

  constructor(scope: Construct, id: string, props: EcsServiceProps) {
    super(scope, id);
    const { config, names } = props;
    this.config = config;
    this.cluster = new Cluster(this, "cluster", props);
    this.securityGroupId = this.addSecurityGroup(props).id;
    this.connect(props);

    const logGroup = this.addLogGroup(props);
    const roles = this.addRoles(props, logGroup);
    const service = this.addService(props, this.addTaskDefinition(props, roles, logGroup), roles);
    this.clusterName = this.cluster.clusterName;
    this.serviceName = service.name;
    if (config.autoscaling !== undefined) {
      const { clusterName, serviceName } = this;
      new Scaling(this, "scaling", { config: config.autoscaling, names, clusterName, serviceName });
    }
  }

  alarms(thresholds: Thresholds): readonly AlarmDefinition[] {
    const { clusterName, serviceName, config } = this;
    const leastCount = config.autoscaling?.minCount ?? config.desiredCount;
    const capacityProvider = this.cluster.instances?.capacityProvider;
    return [
      ...serviceAlarms({ clusterName, serviceName, leastCount }, thresholds),
      ...(capacityProvider === undefined
        ? []
        : capacityAlarms({ clusterName, capacityProvider, leastCount })),
    ];
  }

  private addSecurityGroup({ names, network }: EcsServiceProps): SecurityGroup {
    return new SecurityGroup(this, "access", {
      name: names.of("service"),
      description: "Who may reach the service, and what it may reach",
      vpcId: network.vpcId,
      tags: { Name: names.of("service") },
    });
  }

  /** In from the load balancer; out to the database, and by HTTPS to AWS and whatever the application calls. */
  private connect({ config, ingress, database }: EcsServiceProps): void {
    const { securityGroupId } = this;
    const { port } = config.container;
    new VpcSecurityGroupIngressRule(this, "from-load-balancer", {
      securityGroupId,
      description: "Requests and health checks of the load balancer",
      referencedSecurityGroupId: ingress.securityGroupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    });
    new VpcSecurityGroupEgressRule(this, "to-database", {
      securityGroupId,
      description: "PostgreSQL",
      referencedSecurityGroupId: database.securityGroupId,
      ipProtocol: "tcp",
      fromPort: database.port,
      toPort: database.port,
    });
    new VpcSecurityGroupEgressRule(this, "to-https", {
      securityGroupId,
      description: "HTTPS to AWS and to what the application calls",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    ingress.forwardTo(securityGroupId, port);
    database.admit("service", securityGroupId);
  }

  private addLogGroup({ config, names, keys }: EcsServiceProps): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "log", {
      name: names.path("app"),
      retentionInDays: config.logRetentionDays,
      kmsKeyId: keys.telemetry.arn,
    });
  }

  private addRoles(props: EcsServiceProps, logGroup: CloudwatchLogGroup): TaskRoles {
    return new TaskRoles(this, "roles", {
      ...props,
      logGroupArn: logGroup.arn,
      execLogGroupArn: this.cluster.execLogGroup?.arn,
    });
  }

  private addTaskDefinition(
    props: EcsServiceProps,
    roles: TaskRoles,
    logGroup: CloudwatchLogGroup,
  ): EcsTaskDefinition {
    const { config, names, region, registry } = props;
    const container = containerDefinition({
      config: config.container,
      repositoryUrl: registry.repositoryUrl,
      environment: databaseEnvironment(region, props.database),
      logGroup: logGroup.name,
      region,
      exec: config.exec,
    });
    return new EcsTaskDefinition(this, "task", {
      family: names.of(CONTAINER_NAME),
      requiresCompatibilities: [config.capacity.mode === "ec2" ? "EC2" : "FARGATE"],
      networkMode: "awsvpc",
      cpu: String(config.cpu),
      memory: String(config.memoryMiB),
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: config.architecture === "arm64" ? "ARM64" : "X86_64",
      },
      executionRoleArn: roles.executionRoleArn,
      taskRoleArn: roles.taskRoleArn,
      containerDefinitions: JSON.stringify([container]),
      volume: volumesOf(config.exec).map((name) => ({ name })),
      // A rollback needs the earlier revision, and a revision costs nothing.
      skipDestroy: true,
      tags: { Name: names.of(CONTAINER_NAME) },
    });
  }

  private addService(props: EcsServiceProps, task: EcsTaskDefinition, roles: TaskRoles): Service {
    const { config, names, network, ingress } = props;
    return new Service(this, "service", {
      name: serviceNameOf(names),
      cluster: this.cluster.arn,
      taskDefinition: task.arn,
      desiredCount: config.desiredCount,
      capacityProviderStrategy: [...this.cluster.shares],
      ...(this.cluster.instances && { orderedPlacementStrategy: PLACEMENT }),
      networkConfiguration: {
        subnets: [...network.privateSubnetIds],
        securityGroups: [this.securityGroupId],
        assignPublicIp: false,
      },
      loadBalancer: [
        {
          targetGroupArn: ingress.targetGroupArn,
          containerName: CONTAINER_NAME,
          containerPort: config.container.port,
        },
      ],
      healthCheckGracePeriodSeconds: config.healthCheckGraceSeconds,
      ...DEPLOYMENT,
      enableExecuteCommand: config.exec,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      tags: { Name: names.of(CONTAINER_NAME) },
      // ECS refuses a target group that no listener has associated, even at 0 tasks (T1).
      dependsOn: [ingress.listener, this.cluster.capacityProviders, ...roles.policies],
      // Only where something else sets it: elsewhere a change in the file must take effect (T8).
      ...(config.autoscaling && { lifecycle: { ignoreChanges: ["desired_count"] } }),
    });
  }
}

/** New tasks before old ones go; a deployment that does not get healthy is undone. */
const DEPLOYMENT = {
  deploymentMinimumHealthyPercent: 100,
  deploymentMaximumPercent: 200,
  deploymentCircuitBreaker: { enable: true, rollback: true },
  availabilityZoneRebalancing: "ENABLED",
  // Without it a change of the capacity providers replaces the service, which is an outage; with it tasks roll over.
  forceNewDeployment: true,
} as const;

/** Over zones, then on as few instances as hold the tasks; Fargate places by itself and refuses to be told. */
const PLACEMENT = [
  { type: "spread", field: "attribute:ecs.availability-zone" },
  { type: "binpack", field: "memory" },
];
