import { Construct } from "constructs";
import type { AlarmDefinition, Thresholds } from "../../observability/alarm.ts";
import type { Compute, ComputeProps } from "../compute.ts";
import { nodeAlarms } from "../nodes/alarms.ts";
import { APP, serviceManifest } from "../nodes/manifest.ts";
import { RuntimeParameter } from "../nodes/runtime-parameter.ts";
import { Addons } from "./addons.ts";
import { podAlarms } from "./alarms.ts";
import { ControlPlane } from "./cluster.ts";
import { Nodes } from "./nodes.ts";
import { PodIdentity } from "./pod-identity.ts";
import type { EksConfig } from "./schema.ts";
import { nodeSizes } from "./sizes.ts";

interface EksServiceProps extends ComputeProps {
  readonly config: EksConfig;
}

/** Nodes for the service on Amazon EKS, behind the load balancer and with the database in reach. */
export class EksService extends Construct implements Compute {
  readonly clusterName: string;
  readonly serviceName = APP;
  readonly securityGroupId: string;
  readonly manifest: string;

  private readonly props: EksServiceProps;
  private readonly nodes: Nodes;

  constructor(scope: Construct, id: string, props: EksServiceProps) {
    super(scope, id);
    this.props = props;
    const { config } = props;
    const controlPlane = new ControlPlane(this, "control-plane", props);
    const { clusterName } = controlPlane;
    this.clusterName = clusterName;
    this.nodes = new Nodes(this, "nodes", { ...props, controlPlane });
    this.securityGroupId = this.nodes.securityGroupId;
    new Addons(this, "addons", {
      versions: config.addonVersions,
      clusterName,
      nodes: nodeSizes(config).desired > 0 ? this.nodes.group : undefined,
    });
    new PodIdentity(this, "pods", { ...props, clusterName });
    this.manifest = this.manifestFor(new RuntimeParameter(this, "runtime", props));
  }

  alarms(thresholds: Thresholds): readonly AlarmDefinition[] {
    const { clusterName, nodes, props } = this;
    const { min: leastCount } = nodeSizes(props.config);
    const { autoScalingGroupName } = nodes;
    const { targetDimensions } = props.ingress;
    return [
      ...nodeAlarms({ targetDimensions, autoScalingGroupName, leastCount }, thresholds),
      ...podAlarms(clusterName, leastCount),
    ];
  }

  private manifestFor({ parameterName }: RuntimeParameter): string {
    const { config, registry, region, ingress } = this.props;
    return serviceManifest({
      ...config,
      config: config.container,
      repositoryUrl: registry.repositoryUrl,
      environment: { AWS_REGION: region, DATABASE_PARAMETER: parameterName },
      healthPath: ingress.healthPath,
    });
  }
}
