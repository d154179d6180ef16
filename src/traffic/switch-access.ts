import type { PolicyStatement } from "../encryption/key-policy.ts";

/**
 * The rules of the switch's bucket: checkers read the one object, and nothing is put that they could not read.
 *
 * @param ranges address ranges of Route 53's health checkers, or an expression for them
 * @param turners roles that alone may turn the switch; undefined leaves that to IAM
 */
export function switchAccess(
  bucketArn: string,
  key: string,
  ranges: string,
  turners: readonly string[] | undefined,
): PolicyStatement[] {
  const objectArn = `${bucketArn}/${key}`;
  const upload = { Effect: "Deny", Principal: "*", Action: "s3:PutObject" } as const;
  const algorithm = "s3:x-amz-server-side-encryption";
  return [
    {
      // It names fixed ranges, which S3 does not count as public: all four public-access blocks stay on (T40).
      // Without ListBucket a missing object is a 403, which an inverted check takes for healthy like any failure.
      Sid: "HealthCheckersReadSwitch",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: objectArn,
      Condition: { IpAddress: { "aws:SourceIp": ranges } },
    },
    // A misspelt key would look like success to whoever put it, and move nothing.
    { ...upload, Sid: "NothingButTheSwitch", NotResource: objectArn },
    {
      // S3 serves SSE-KMS to signed requests only, and health checkers sign none.
      ...upload,
      Sid: "NothingUnreadable",
      Resource: objectArn,
      Condition: { Null: { [algorithm]: "false" }, StringNotEquals: { [algorithm]: "AES256" } },
    },
    {
      ...upload,
      Sid: "NoKeyOfTheCaller",
      Resource: objectArn,
      Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" } },
    },
    ...(turners === undefined ? [] : [onlyOperatorsTurn(objectArn, turners)]),
  ];
}

/**
 * Everything but reading: an object is also turned by removing a delete marker, by a replica, and by an encryption that
 * health checkers can't read.
 */
const onlyOperatorsTurn = (objectArn: string, turners: readonly string[]): PolicyStatement => ({
  Sid: "OnlyOperatorsTurn",
  Effect: "Deny",
  Principal: "*",
  NotAction: "s3:GetObject*",
  Resource: objectArn,
  // The role's ARN, whatever the session is called.
  Condition: { ArnNotEquals: { "aws:PrincipalArn": turners } },
});
