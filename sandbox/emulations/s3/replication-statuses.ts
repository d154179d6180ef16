import type { ObjectVersion } from "./moto-s3.ts";

export type ReplicationStatus = "PENDING" | "COMPLETED" | "FAILED" | "REPLICA";

type Outcome = "PENDING" | "COMPLETED" | "FAILED";

const keyOf = ({ bucket, key, versionId = "null" }: ObjectVersion): string =>
  JSON.stringify([bucket, key, versionId]);

/** What `x-amz-replication-status` says of each version of an object. */
export class ReplicationStatuses {
  private readonly outcomes = new Map<string, Map<string, Outcome>>();
  private readonly replicas = new Set<string>();

  /** A source that goes to several destinations has been replicated when it has reached them all. */
  set(source: ObjectVersion, destination: string, outcome: Outcome): void {
    const outcomes = this.outcomes.get(keyOf(source)) ?? new Map<string, Outcome>();
    this.outcomes.set(keyOf(source), outcomes.set(destination, outcome));
  }

  addReplica(version: ObjectVersion): void {
    this.replicas.add(keyOf(version));
  }

  /** Undefined for an object that no rule takes. */
  of(version: ObjectVersion): ReplicationStatus | undefined {
    if (this.replicas.has(keyOf(version))) {
      return "REPLICA";
    }
    const outcomes = new Set(this.outcomes.get(keyOf(version))?.values());
    return (["FAILED", "PENDING", "COMPLETED"] as const).find((outcome) => outcomes.has(outcome));
  }
}
