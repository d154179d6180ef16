import { AutoscalingPolicy } from "@cdktf/provider-aws/lib/autoscaling-policy/index.js";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object/index.js";
import { Construct } from "constructs";
import type { AlarmDefinition, Thresholds } from "../../observability/alarm.ts";
import type { Compute, ComputeProps } from "../compute.ts";
import { databaseEnvironment } from "../database-environment.ts";
import { clusterNameOf } from "../names.ts";
import { nodeAlarms } from "../nodes/alarms.ts";
import { APP, serviceManifest } from "../nodes/manifest.ts";
import { NodeAccess } from "../nodes/node-access.ts";
import { clusterAlarms } from "./alarms.ts";
import { ControlPlaneAccess } from "./control-plane-access.ts";
import { serverGroupOf, workerGroupOf } from "./names.ts";
import { NodeGroup } from "./node-group.ts";
import { NodeRole } from "./node-role.ts";
import { serverRights, workerRights } from "./rights.ts";
import type { K3sConfig } from "./schema.ts";
import { Store } from "./store.ts";
import { CREDENTIALS, OBJECTS } from "./user-data/objects.ts";
import { serverScript } from "./user-data/server.ts";
import { JOINED_HOOK } from "./user-data/settings.ts";
import { workerScript } from "./user-data/worker.ts";

interface K3sServiceProps extends ComputeProps {
  readonly config: K3sConfig;
}

/** Longer than a cluster takes to count as lost, to be restored and to be joined. */
const JOIN_TIMEOUT_SECONDS = 1800;

/** The service on a k3s cluster: servers, workers, and the bucket in which they meet. */
export class K3sService extends Construct implements Compute {
  readonly clusterName: string;
  readonly serviceName = APP;
  readonly securityGroupId: string;
  /** The servers apply it themselves. */
  readonly manifest = undefined;

  private readonly props: K3sServiceProps;
  private readonly store: Store;
  private readonly service: S3Object;
  private readonly workers: NodeGroup;

  constructor(scope: Construct, id: string, props: K3sServiceProps) {
    super(scope, id);
    this.props = props;
    const { config, names } = props;
    this.clusterName = clusterNameOf(names);
    this.store = new Store(this, "state", { ...props, config: config.snapshots });
    this.service = this.addService();
    const access = new NodeAccess(this, "access", { ...props, nodePort: config.nodePort });
    this.securityGroupId = access.securityGroupId;
    this.addServers();
    this.workers = this.addWorkers(access);
    if (config.workers.maxCount > config.workers.minCount) this.followLoad();
  }

  alarms(thresholds: Thresholds): readonly AlarmDefinition[] {
    const { clusterName, props, workers } = this;
    const { servers, workers: sizes, snapshots } = props.config;
    const { targetDimensions } = props.ingress;
    return [
      ...nodeAlarms(
        { targetDimensions, autoScalingGroupName: workers.groupName, leastCount: sizes.minCount },
        thresholds,
      ),
      ...clusterAlarms({
        clusterName,
        servers: servers.count,
        workers: sizes.minCount,
        snapshotIntervalMinutes: snapshots.intervalMinutes,
      }),
    ];
  }

  /** What servers apply within a minute, whatever a restored cluster remembers of another region. */
  private addService(): S3Object {
    const { config, registry, region, ingress, database } = this.props;
    const { DATABASE_SECRET_ARN: secretArn = "", ...environment } = databaseEnvironment(region, database);
    const manifest = serviceManifest({
      ...config,
      config: config.container,
      namespace: APP,
      serviceAccount: APP,
      repositoryUrl: registry.repositoryUrl,
      environment,
      credentials: CREDENTIALS,
      healthPath: ingress.healthPath,
    });
    return new S3Object(this, "service", {
      bucket: this.store.bucketName,
      key: OBJECTS.service,
      content: `# database-secret: ${secretArn}\n${manifest}\n`,
      contentType: "application/yaml",
      // No secret, and so whoever plans needs no right to the data key.
      serverSideEncryption: "AES256",
      dependsOn: [...this.store.ready],
    });
  }

  private addServers(): NodeGroup {
    const { props, store, service, securityGroupId } = this;
    const { config, names, region } = props;
    const { count, instanceType, volumeGiB } = config.servers;
    const access = new ControlPlaneAccess(this, "control-plane", { ...props, workers: securityGroupId });
    const role = new NodeRole(this, "server-role", {
      name: names.of("server"),
      statements: serverRights({ ...props, store }),
    });
    return new NodeGroup(this, "servers", {
      ...props,
      name: serverGroupOf(names),
      amiId: config.amiId,
      instanceType,
      volumeGiB,
      sizes: { min: count, max: count, desired: count },
      script: serverScript({
        cluster: clusterNameOf(names),
        region,
        bucket: store.name,
        serverGroup: serverGroupOf(names),
        workerGroup: workerGroupOf(names),
        snapshotIntervalMinutes: config.snapshots.intervalMinutes,
      }),
      role,
      securityGroupId: access.securityGroupId,
      hook: {
        name: JOINED_HOOK,
        lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
        heartbeatTimeout: JOIN_TIMEOUT_SECONDS,
        // A server that never joined is replaced, and a refresh with a bad AMI ends with the old servers in place.
        defaultResult: "ABANDON",
      },
      isScaled: false,
      dependsOn: [service, ...store.ready],
    });
  }

  private addWorkers(access: NodeAccess): NodeGroup {
    const { props, store, service } = this;
    const { config, names, region } = props;
    const { minCount: min, maxCount: max, instanceType, volumeGiB } = config.workers;
    const role = new NodeRole(this, "worker-role", {
      name: names.of("worker"),
      statements: workerRights({ ...props, store }),
    });
    const group = new NodeGroup(this, "workers", {
      ...props,
      name: workerGroupOf(names),
      amiId: config.amiId,
      instanceType,
      volumeGiB,
      sizes: { min, max, desired: min },
      script: workerScript({ region, bucket: store.name }),
      role,
      securityGroupId: access.securityGroupId,
      isScaled: true,
      dependsOn: [service, ...store.ready],
    });
    access.serve("target", group.groupName);
    return group;
  }

  private followLoad(): void {
    const { config, names } = this.props;
    new AutoscalingPolicy(this, "scaling", {
      name: names.of("cpu"),
      autoscalingGroupName: this.workers.groupName,
      policyType: "TargetTrackingScaling",
      targetTrackingConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
        targetValue: config.workers.cpuTargetPercent,
      },
    });
  }
}
