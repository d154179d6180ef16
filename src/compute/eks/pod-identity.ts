import { EksPodIdentityAssociation } from "@cdktf/provider-aws/lib/eks-pod-identity-association/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import { readDatabaseSecret } from "../../database/secret-access.ts";
import { policyDocument, type PolicyStatement } from "../../encryption/key-policy.ts";
import type { Keys } from "../../encryption/keys.ts";
import type { Names } from "../../naming/names.ts";
import { clusterNameOf } from "../names.ts";
import { readRuntimeParameter } from "../nodes/runtime-parameter.ts";
import type { EksConfig } from "./schema.ts";

interface PodIdentityProps {
  readonly config: EksConfig;
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly keys: Keys;
  readonly clusterName: string;
}

/** What the service's pods may do, and no others: read where the database is, and its password. */
export class PodIdentity extends Construct {
  constructor(scope: Construct, id: string, props: PodIdentityProps) {
    super(scope, id);
    const { config, names, keys, clusterName } = props;
    const role = new IamRole(this, "role", {
      name: names.of("pods"),
      assumeRolePolicy: policyDocument([podsAssume(props)]),
    });
    new IamRolePolicy(this, "database-policy", {
      name: "database",
      role: role.id,
      policy: policyDocument([
        ...readDatabaseSecret({ ...props, keyArn: keys.data.arn }),
        readRuntimeParameter(props),
      ]),
    });
    new EksPodIdentityAssociation(this, "association", {
      clusterName,
      namespace: config.namespace,
      serviceAccount: config.serviceAccount,
      roleArn: role.arn,
    });
  }
}

/**
 * Whoever may associate roles on any cluster of the account could otherwise hand this one to other pods.
 *
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
function podsAssume({ config, names, accountId, region }: PodIdentityProps): PolicyStatement {
  return {
    Sid: "PodsAssume",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/eks-cluster-arn": `arn:aws:eks:${region}:${accountId}:cluster/${clusterNameOf(names)}`,
        "aws:RequestTag/kubernetes-namespace": config.namespace,
        "aws:RequestTag/kubernetes-service-account": config.serviceAccount,
      },
    },
  };
}
