import { readDatabaseSecret } from "../../database/secret-access.ts";
import type { PolicyStatement } from "../../encryption/key-policy.ts";
import type { Keys } from "../../encryption/keys.ts";
import type { Names } from "../../naming/names.ts";
import { pullImages } from "../../registry/pull-images.ts";
import type { Registry } from "../../registry/registry.ts";
import { serverGroupOf } from "./names.ts";
import type { Store } from "./store.ts";
import { OBJECTS } from "./user-data/objects.ts";
import { METRICS_NAMESPACE } from "./user-data/settings.ts";

interface RightsProps {
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly keys: Keys;
  readonly registry: Registry;
  readonly store: Store;
}

/**
 * What a server may do: begin and keep its cluster, and hand the service its password.
 *
 * It deletes nothing, so that whoever takes one over can't take the snapshots along.
 */
export function serverRights(props: RightsProps): PolicyStatement[] {
  const { names, accountId, region, keys, store } = props;
  return [
    {
      // Without it S3 answers that a missing lease is forbidden, and nobody could tell the two apart.
      Sid: "KnowWhatIsThere",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: store.arn,
    },
    {
      Sid: "ReadCluster",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [OBJECTS.lease, OBJECTS.service, `${OBJECTS.replicated}*`].map(
        (key) => `${store.arn}/${key}`,
      ),
    },
    {
      Sid: "KeepCluster",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: [OBJECTS.lease, `${OBJECTS.replicated}*`].map((key) => `${store.arn}/${key}`),
    },
    useKey(["kms:Decrypt", "kms:GenerateDataKey"], props),
    ...readDatabaseSecret({ names, accountId, region, keyArn: keys.data.arn }),
    { Sid: "KnowNodes", Effect: "Allow", Action: "ec2:DescribeInstances", Resource: "*" },
    {
      Sid: "ReportJoined",
      Effect: "Allow",
      Action: "autoscaling:CompleteLifecycleAction",
      Resource: `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${serverGroupOf(names)}`,
    },
    {
      Sid: "ReportHealth",
      Effect: "Allow",
      Action: "cloudwatch:PutMetricData",
      Resource: "*",
      Condition: { StringEquals: { "cloudwatch:namespace": METRICS_NAMESPACE } },
    },
  ];
}

/** What a worker may do: find its cluster, join it as an agent, and pull the service's images. */
export function workerRights(props: RightsProps): PolicyStatement[] {
  const { registry, store } = props;
  return [
    {
      Sid: "FindCluster",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [OBJECTS.lease, `${OBJECTS.agentTokens}*`].map((key) => `${store.arn}/${key}`),
    },
    useKey(["kms:Decrypt"], props),
    ...pullImages(registry),
  ];
}

/** For objects of the store only; which of them is decided above, since a bucket key knows its bucket alone (T32). */
function useKey(actions: readonly string[], { keys, region, store }: RightsProps): PolicyStatement {
  return {
    Sid: "UseKeyOfStore",
    Effect: "Allow",
    Action: actions,
    Resource: keys.data.arn,
    Condition: {
      StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
      ArnLike: { "kms:EncryptionContext:aws:s3:arn": [store.arn, `${store.arn}/*`] },
    },
  };
}
