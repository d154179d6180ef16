import type { PolicyStatement } from "../encryption/key-policy.ts";

interface KeyScope {
  readonly accountId: string;
  readonly region: string;
}

/** Everything but encrypting and decrypting: whoever manages the key need not read the state. */
const MANAGE = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:Describe*",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:Enable*",
  "kms:Get*",
  "kms:List*",
  "kms:PutKeyPolicy",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
] as const;

/**
 * The policy of the key that encrypts Terraform's state.
 *
 * The account is the principal, so an identity needs the key in its own IAM policy as well: a role that may merely read
 * every bucket can't read the state, and nobody can use the key past S3.
 */
export function stateKeyPolicy({ accountId, region }: KeyScope): PolicyStatement[] {
  const account = { AWS: `arn:aws:iam::${accountId}:root` };
  return [
    { Sid: "AccountManagesKey", Effect: "Allow", Principal: account, Action: MANAGE, Resource: "*" },
    {
      Sid: "AccountUsesKeyThroughS3",
      Effect: "Allow",
      Principal: account,
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
    },
  ];
}
