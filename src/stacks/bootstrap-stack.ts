import type { Construct } from "constructs";
import { CostAllocationTags } from "../budget/cost-allocation-tags.ts";
import type { BootstrapSpec } from "../config/spec.ts";
import { WorkflowRoles } from "../continuous-integration/workflow-roles.ts";
import { OtherRegion } from "../region/other-region.ts";
import { StateReplication } from "../state/replication.ts";
import { StateBucket } from "../state/state-bucket.ts";
import { BaseStack } from "./base-stack.ts";

/** What must exist before any environment: the bucket that holds the state of all of them, this stack's own included. */
export class BootstrapStack extends BaseStack {
  constructor(scope: Construct, spec: BootstrapSpec) {
    super(scope, spec);
    const { config, project, home: location } = spec;
    const state = new StateBucket(this, "state", { config: config.state, project, location });
    const replica = this.addReplica(spec, state);
    new CostAllocationTags(this, "cost-allocation", { config: config.costAllocationTags });
    const workflows = this.addWorkflows(spec, replica === undefined ? [state] : [state, replica]);

    this.output("state_bucket", "bucket that holds the state of every environment", state.bucketName);
    this.output("state_key_arn", "key that encrypts the state; whoever plans needs it", state.keyArn);
    this.output("state_log_bucket", "bucket with the state bucket's access logs", state.logBucketName);
    this.output("replica_state_bucket", "replica of the state bucket", replica?.bucketName);
    this.output("replica_state_key_arn", "key that encrypts the replica", replica?.keyArn);
    this.output("workflow_plan_role_arn", "role that workflows plan with", workflows?.planRoleArn);
  }

  private addWorkflows(spec: BootstrapSpec, states: readonly StateBucket[]): WorkflowRoles | undefined {
    const { names, project, name: home, environments } = spec;
    const { continuousIntegration: config } = spec.config;
    if (config === undefined) return undefined;
    return new WorkflowRoles(this, "workflows", { config, names, project, home, environments, states });
  }

  /** A state bucket like the first, and both directions between the two. */
  private addReplica(spec: BootstrapSpec, state: StateBucket): StateBucket | undefined {
    const { config, names, project, replica: location } = spec;
    if (location === undefined) return undefined;
    const there = new OtherRegion(this, "replica", { region: location.region });
    const replica = new StateBucket(there, "state", { config: config.state, project, location });
    const shared = { config: config.stateReplication, names };
    new StateReplication(this, "replication", { ...shared, from: state, to: replica });
    new StateReplication(there, "replication", { ...shared, from: replica, to: state });
    return replica;
  }
}
