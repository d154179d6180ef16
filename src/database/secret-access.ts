import type { PolicyStatement } from "../encryption/key-policy.ts";
import type { Names } from "../naming/names.ts";

interface SecretScope {
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  /** Key that the secret is encrypted with. */
  readonly keyArn: string;
}

/**
 * Lets a role read the password of the environment's database, and no other secret.
 *
 * RDS gives the secret a random name, and a restored database gets a new one. Naming its ARN would make every recovery
 * wait for IAM, whose control plane may be what is down (T36). RDS also tags the secret with the instance it belongs to;
 * tags that start with `aws:` can't be set by anyone else.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
 */
export function readDatabaseSecret({ names, accountId, region, keyArn }: SecretScope): PolicyStatement[] {
  const secrets = `arn:aws:secretsmanager:${region}:${accountId}:secret:rds!db-*`;
  const instance = `arn:aws:rds:${region}:${accountId}:db:${names.of("database")}`;
  return [
    {
      Sid: "ReadDatabaseSecret",
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
      Resource: secrets,
      Condition: {
        StringLike: { "aws:ResourceTag/aws:rds:primaryDBInstanceArn": [instance, `${instance}-*`] },
      },
    },
    {
      Sid: "DecryptDatabaseSecret",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: keyArn,
      Condition: {
        StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` },
        StringLike: { "kms:EncryptionContext:SecretARN": secrets },
      },
    },
  ];
}
