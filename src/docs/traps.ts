/** A fact of AWS or Terraform that breaks a plausible design. Its number stands in tests, comments and decisions. */
export interface Trap {
  readonly number: number;
  readonly area: string;
  /** What goes wrong where nobody thought of it. */
  readonly fact: string;
}

const AREAS: readonly (readonly [area: string, facts: readonly string[]])[] = [
  [
    "Standing up the standby",
    [
      "An ECS service can't be created while its target group has no listener, not even with no task",
      "ECR replication always keeps the repository's name, so the standby owns one of the primary's name",
      "Replication takes only what is pushed afterwards, and neither settings nor policies of a repository",
      "A registry has one replication configuration: whoever writes it last overwrites the others",
      "A tag that can move names another image on the day of the recovery",
      "A secret that RDS manages rotates, and holds neither host nor database name",
      "Shells into tasks need rights of the task's role; on the execution role they do nothing",
      "A service whose count Terraform ignores does not scale up when its file says so",
      "Instances that may not exceed 0 can't be asked for: all sizes of a group move together",
      "An EKS add-on without nodes never becomes active, and the apply waits for it",
      "A join token that expires, or an image called latest, keeps new nodes out or replaces old ones",
      "An unfiltered list of zones may hold Local Zones, and a list that changes moves subnets",
      "A minor version that is written down disappears, or plans as a downgrade after an automatic upgrade",
      "A certificate must be issued, in the load balancer's region, before it is needed",
    ],
  ],
  [
    "Data",
    [
      "A daily backup loses more than a day: its windows and the copy come on top",
      "A backup that starts near the maintenance window, or outside of AWS's windows, does not run",
      "A copy has neither a window nor an end, and can't be restored to a point in time",
      "A copy is encrypted with the key of the vault it lands in, and a restored database keeps that key",
      "A condition on grants matches no other call of KMS, and a policy with it there allows nothing",
      "A retention outside of a vault lock's bounds makes every job fail",
      "A restored database stands in the default network, and reads from S3 until it is warm",
      "A password that RDS manages rules out read replicas, and can't be set while restoring",
      "Removing a replica's source promotes it, for good",
      "A resource with two addresses, one of them protected, is destroyed when the protection changes",
      "Deleting an instance deletes its automated backups, unless it says otherwise",
      "Replicated automated backups stop without a word when a key or a region is turned off",
      "Restore tests need a subnet group where there is no default network, and names without hyphens",
      "Jobs that back up, copy or restore fail in silence",
    ],
  ],
  [
    "Keys, buckets, notifications",
    [
      "Access logs of load balancers and buckets are not delivered to a bucket with a customer key",
      "A topic with a customer key loses every message whose sender may not use the key",
      "A budget's filter by tag needs a prefix, and a tag that was activated for costs",
      "Replication of encrypted objects takes a wrong key without complaint, and leaves out what was there before",
      "A bucket's configuration can't be changed while us-east-1 is down",
      "Terraform's lock is replicated with the state: the replica may be locked by nobody who lives",
      "State, logs, volumes and buckets are open or readable where nobody closed and encrypted them",
    ],
  ],
  [
    "Failing over",
    [
      "IAM, records, health checks, certificates for CloudFront and budgets can't be changed while us-east-1 is down",
      "A plan that refreshes asks the region that is down, and fails",
      "Changing a record is a change to a control plane; a health check that changes its mind is not",
      "A health check made during the incident counts as healthy, or not, before it has seen anything",
      "A bucket that health checkers read need not be public",
      "A check of the primary's endpoint moves users to a standby without data",
      "Failover records send users back as soon as the primary answers, to old data",
      "Two sites that both write are worse than an outage",
      "The global endpoint of STS lives in us-east-1",
      "Production on a standby's sizes, without alarms and backups, is the next incident",
      "Quotas of the standby's region are found out about when they are exceeded",
    ],
  ],
  [
    "Readiness",
    [
      "A check that takes an error for an empty list, or stops at the first failure, is worse than none",
      "What was not asked before is found out during the recovery",
    ],
  ],
];

/** Every trap, in the order of the numbers. */
export const TRAPS: readonly Trap[] = AREAS.flatMap(([area, facts]) =>
  facts.map((fact) => ({ area, fact })),
).map((trap, index) => ({ number: index + 1, ...trap }));
