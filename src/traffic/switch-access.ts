import type { PolicyStatement } from "../encryption/key-policy.ts";

/**
 * The rules of the switch's bucket: checkers read the one object, and nothing is put that they could not read.
 *
 * @param ranges address ranges of Route 53's health checkers, or an expression for them
 */
export function switchAccess(bucketArn: string, key: string, ranges: string): PolicyStatement[] {
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
  ];
}
