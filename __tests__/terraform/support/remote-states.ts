import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BucketLocationConstraint,
  CreateBucketCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { SANDBOX_CREDENTIALS } from "../../../sandbox/gateway/moto-port.ts";

const reading = z.object({
  data: z
    .object({
      terraform_remote_state: z
        .record(
          z.string(),
          z.object({
            config: z.object({ bucket: z.string(), key: z.string(), region: z.string() }),
            defaults: z.record(z.string(), z.string()).default({}),
          }),
        )
        .default({}),
      aws_s3_objects: z.record(z.string(), z.object({ bucket: z.string() })).default({}),
    })
    .prefault({}),
  provider: z.object({ aws: z.array(z.object({ region: z.string() })).min(1) }),
});

/** Puts what a stack reads of buckets where it reads it, as if the others had been applied: states with outputs, and no record. */
export async function provideRemoteStates(stackDirectory: string, endpoint: string): Promise<void> {
  const { data, provider } = reading.parse(
    JSON.parse(await readFile(join(stackDirectory, "cdk.tf.json"), "utf8")),
  );
  const clientIn = (region: string): S3Client =>
    new S3Client({ endpoint, region, credentials: SANDBOX_CREDENTIALS, forcePathStyle: true });
  for (const { config, defaults } of Object.values(data.terraform_remote_state)) {
    const client = clientIn(config.region);
    await createBucket(client, config.bucket, config.region);
    const body = JSON.stringify(stateWith(Object.keys(defaults)));
    await client.send(new PutObjectCommand({ Bucket: config.bucket, Key: config.key, Body: body }));
    client.destroy();
  }
  const [{ region } = { region: "" }] = provider.aws;
  for (const { bucket } of Object.values(data.aws_s3_objects)) {
    const client = clientIn(region);
    await createBucket(client, bucket, region);
    client.destroy();
  }
}

/** Two examples may name one bucket. */
async function createBucket(client: S3Client, name: string, region: string): Promise<void> {
  const constraint = Object.values(BucketLocationConstraint).find((one) => one === region);
  try {
    await client.send(
      new CreateBucketCommand({
        Bucket: name,
        ...(constraint && { CreateBucketConfiguration: { LocationConstraint: constraint } }),
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === "BucketAlreadyOwnedByYou")) throw error;
  }
}

const stateWith = (outputs: readonly string[]): unknown => ({
  version: 4,
  terraform_version: "1.11.0",
  serial: 1,
  lineage: "00000000-0000-0000-0000-000000000000",
  outputs: Object.fromEntries(outputs.map((name) => [name, { value: `${name}-value`, type: "string" }])),
  resources: [],
});
