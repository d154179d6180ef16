import type { LaunchTemplateConfig } from "@cdktf/provider-aws/lib/launch-template/index.js";
import type { Keys } from "../../encryption/keys.ts";

interface LaunchSettings {
  readonly name: string;
  readonly volumeGiB: number;
  readonly keys: Keys;
  readonly tags: Readonly<Record<string, string>>;
}

/** The only volume of Amazon Linux 2023. */
const ROOT_DEVICE = "/dev/xvda";

/** What every launch template of the project says alike: IMDSv2, an encrypted volume, and tags that costs are counted by. */
export function launchSettings({ name, volumeGiB, keys, tags }: LaunchSettings) {
  return {
    name,
    // One hop: what shares the instance's network gets an answer, and whatever is behind a bridge does not.
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
    blockDeviceMappings: [
      {
        deviceName: ROOT_DEVICE,
        ebs: {
          encrypted: "true",
          kmsKeyId: keys.data.arn,
          volumeType: "gp3",
          volumeSize: volumeGiB,
          deleteOnTermination: "true",
        },
      },
    ],
    // The provider's default tags end at what Terraform makes itself.
    tagSpecifications: ["volume", "network-interface"].map((resourceType) => ({
      resourceType,
      tags: { ...tags, Name: name },
    })),
    updateDefaultVersion: true,
    tags: { Name: name },
  } satisfies LaunchTemplateConfig;
}
