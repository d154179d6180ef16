/** What is there already, looked up by what a configuration says of it: AWS made its id up. */
export interface ExistingAws {
  /** Ids of EC2's resources of a type that carry all of these tags. Type as EC2 names it: `vpc`, `natgateway`, `elastic-ip`. */
  taggedIds(resourceType: string, tags: Readonly<Record<string, string>>): Promise<readonly string[]>;
  securityGroupRules(groupId: string): Promise<readonly SecurityGroupRule[]>;
  targetGroupArns(name: string): Promise<readonly string[]>;
  /** Listeners of a load balancer on a port. */
  listenerArns(loadBalancerArn: string, port: number): Promise<readonly string[]>;
  /** Ids of AWS Backup's plans of a name: it lets several bear the same. */
  backupPlanIds(name: string): Promise<readonly string[]>;
  backupSelectionIds(planId: string, name: string): Promise<readonly string[]>;
  /** Associations of a role with a service account of Kubernetes. */
  podIdentityIds(cluster: string, namespace: string, serviceAccount: string): Promise<readonly string[]>;
  /** Active revisions of a family of ECS's task definitions. */
  taskDefinitionArns(family: string): Promise<readonly string[]>;
}

/** One rule of a security group: a direction, a protocol, ports, and one peer. */
export interface SecurityGroupRule {
  readonly id: string;
  readonly isEgress: boolean;
  /** `tcp`, or `-1` for every protocol. */
  readonly protocol: string;
  /** -1 where the protocol has no ports. */
  readonly fromPort: number;
  readonly toPort: number;
  /** A range, a prefix list or a security group. */
  readonly peer: string;
}
