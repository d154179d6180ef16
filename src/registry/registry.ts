import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository/index.js";
import { Construct } from "constructs";
import type { Keys } from "../encryption/keys.ts";
import { lifecycleRules } from "./lifecycle.ts";
import type { RegistryConfig } from "./schema.ts";

interface RegistryProps {
  readonly config: RegistryConfig;
  /** A standby's repository carries its primary's name, since replication cannot change it (T2). */
  readonly repositoryName: string;
  readonly keys: Keys;
}

/** The images of the service: scanned, encrypted, and never overwritten. */
export class Registry extends Construct {
  readonly repositoryUrl: string;
  readonly repositoryArn: string;
  readonly repositoryName: string;

  constructor(scope: Construct, id: string, { config, repositoryName, keys }: RegistryProps) {
    super(scope, id);
    const repository = new EcrRepository(this, "repository", {
      name: repositoryName,
      // A tag that moves names another image tomorrow (T5).
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: keys.data.arn }],
      // A restore needs the image that ran; whoever means to lose them all empties the repository first.
      forceDelete: false,
      tags: { Name: repositoryName },
    });
    new EcrLifecyclePolicy(this, "lifecycle", {
      repository: repository.name,
      policy: JSON.stringify({ rules: lifecycleRules(config) }),
    });
    this.repositoryUrl = repository.repositoryUrl;
    this.repositoryArn = repository.arn;
    this.repositoryName = repository.name;
  }
}
