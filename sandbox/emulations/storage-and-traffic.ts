import { bucketPolicies } from "../corrections/bucket-policies.ts";
import type { EmulationFactory } from "../gateway/emulation.ts";
import { Changes } from "./changes.ts";
import { ecrReplication } from "./ecr/replication.ts";
import { ReplicationDelays } from "./replication/delays.ts";
import { route53 } from "./route53/route53.ts";
import { s3Replication } from "./s3/replication.ts";

/** Replication of buckets and registries, and the health checks that read buckets as the world does. */
export const storageAndTraffic: EmulationFactory = (world) => {
  const policies = new Map<string, string>();
  const changes = new Changes();
  const delays = new ReplicationDelays();
  return [
    ...bucketPolicies(world, policies, changes),
    ...s3Replication(world, { delays, policies, changes }),
    ...ecrReplication(world, delays),
    ...route53(world, policies, changes),
  ];
};
