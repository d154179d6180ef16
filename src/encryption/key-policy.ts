/** One statement of an IAM, key or resource policy. */
export type PolicyStatement = Statement &
  (
    | { readonly Action: string | readonly string[]; readonly NotAction?: never }
    | { readonly NotAction: string | readonly string[]; readonly Action?: never }
  );

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Renders statements as a policy document; a value that is a whole `jsonencode` expression stands for its result. */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  const json = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return json.replaceAll(/"(\$\{jsonencode\([^"]*\)\})"/g, "$1");
}

interface KeyScope {
  readonly accountId: string;
  readonly region: string;
}

/** The statement without which a key can't be managed again: the account's own IAM policies apply. */
export function accountAdministersKey({ accountId }: KeyScope): PolicyStatement {
  return {
    Sid: "AccountAdministersKey",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}

const USE = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncrypt*",
  "kms:GenerateDataKey*",
  "kms:DescribeKey",
] as const;

/**
 * Lets some roles of the account use the key through one AWS service of the region, and lets that service keep grants.
 *
 * Whoever else has the right in an IAM policy has it by the statement for the account; without this list everybody who may
 * ask the service would have it, and reading a secret would need no right to its key.
 *
 * Use and grants are apart: `kms:GrantIsForAWSResource` exists on grant calls only, and would never match the rest (T19).
 */
export function rolesUseKeyThrough(
  service: string,
  { accountId, region }: KeyScope,
  roles: readonly string[],
): PolicyStatement[] {
  const through = {
    "kms:CallerAccount": accountId,
    "kms:ViaService": `${service}.${region}.amazonaws.com`,
  };
  const callers = { "aws:PrincipalArn": roles };
  const name = service.replaceAll(/[^a-z0-9]/g, "");
  return [
    {
      Sid: `UseThrough${name}`,
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: USE,
      Resource: "*",
      Condition: { StringEquals: through, ArnLike: callers },
    },
    {
      Sid: `GrantThrough${name}`,
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
      Resource: "*",
      Condition: {
        StringEquals: through,
        ArnLike: callers,
        Bool: { "kms:GrantIsForAWSResource": "true" },
      },
    },
  ];
}

/**
 * Lets another account decrypt with the key, as far as its own policies allow.
 *
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
 */
export function anotherAccountUsesKey(accountId: string): PolicyStatement[] {
  const principal = { AWS: `arn:aws:iam::${accountId}:root` };
  return [
    {
      Sid: "VaultOwnerUses",
      Effect: "Allow",
      Principal: principal,
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: "*",
    },
    {
      Sid: "VaultOwnerGrants",
      Effect: "Allow",
      Principal: principal,
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/** Lets CloudWatch Logs of the region encrypt the log groups of this account. */
export function logsUseKey({ accountId, region }: KeyScope): PolicyStatement {
  return {
    Sid: "LogGroupsUseKey",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: USE,
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${accountId}:*` } },
  };
}
