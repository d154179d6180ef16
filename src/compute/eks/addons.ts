import { EksAddon } from "@cdktf/provider-aws/lib/eks-addon/index.js";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EksConfig } from "./schema.ts";

interface AddonsProps {
  readonly versions: EksConfig["addonVersions"];
  readonly clusterName: string;
  /** The node group while it has nodes; undefined in a pilot light. */
  readonly nodes: ITerraformDependable | undefined;
}

/**
 * What EKS installs and keeps on the cluster.
 *
 * An apply waits until an add-on is healthy. One that runs on every node is so without nodes, too; CoreDNS stays degraded
 * and blocks the apply (T10). EKS has put a CoreDNS of its own on the new cluster, whose pods wait for nodes like the
 * service's: the add-on takes that over when nodes come, and leaves it behind when they go.
 */
export class Addons extends Construct {
  private readonly clusterName: string;

  constructor(scope: Construct, id: string, { versions, clusterName, nodes }: AddonsProps) {
    super(scope, id);
    this.clusterName = clusterName;
    this.add("vpc-cni", versions.vpcCni);
    this.add("kube-proxy", versions.kubeProxy);
    this.add("eks-pod-identity-agent", versions.podIdentityAgent);
    if (nodes !== undefined) this.add("coredns", versions.coreDns, { preserve: true, dependsOn: [nodes] });
  }

  private add(addonName: string, addonVersion: string | undefined, more: object = {}): void {
    new EksAddon(this, addonName, {
      clusterName: this.clusterName,
      addonName,
      ...(addonVersion !== undefined && { addonVersion }),
      // A new cluster brings its own, which the add-on takes over.
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      ...more,
    });
  }
}
