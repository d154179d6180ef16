import type { ResourceRecordSet } from "@aws-sdk/client-route-53";

/** Whether Route 53 takes a record set for healthy. */
export type Judge = (set: ResourceRecordSet) => Promise<boolean>;

/**
 * The record set that answers: the primary if it is healthy, else a healthy secondary. When both are unhealthy Route 53
 * answers the primary. Undefined when there is none, `unsupported` for the other routing policies.
 */
export async function chooseRecord(
  sets: readonly ResourceRecordSet[],
  isHealthy: Judge,
): Promise<ResourceRecordSet | undefined | "unsupported"> {
  const [first] = sets;
  if (first === undefined || (sets.length === 1 && first.SetIdentifier === undefined)) {
    return first;
  }
  if (sets.some(({ Failover: failover }) => failover === undefined)) {
    return "unsupported";
  }
  const primary = sets.find(({ Failover: failover }) => failover === "PRIMARY");
  const secondary = sets.find(({ Failover: failover }) => failover === "SECONDARY");
  if (primary !== undefined && (await isHealthy(primary))) {
    return primary;
  }
  if (secondary !== undefined && (primary === undefined || (await isHealthy(secondary)))) {
    return secondary;
  }
  return primary;
}
