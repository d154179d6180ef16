import { EcrReplicationConfiguration } from "@cdktf/provider-aws/lib/ecr-replication-configuration/index.js";
import { Construct } from "constructs";
import type { Registry } from "./registry.ts";

interface RegistryReplicationProps {
  readonly registry: Registry;
  readonly accountId: string;
  /** Regions that receive the images. */
  readonly regions: readonly string[];
}

/** Copies what is pushed to the repository into other regions. It is the only such configuration of its region (T4). */
export class RegistryReplication extends Construct {
  constructor(scope: Construct, id: string, { registry, accountId, regions }: RegistryReplicationProps) {
    super(scope, id);
    new EcrReplicationConfiguration(this, "rules", {
      replicationConfiguration: {
        rule: [
          {
            destination: regions.map((region) => ({ region, registryId: accountId })),
            // A prefix is all that ECR offers.
            repositoryFilter: [{ filter: registry.repositoryName, filterType: "PREFIX_MATCH" }],
          },
        ],
      },
    });
  }
}
