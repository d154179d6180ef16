import { mkdtemp, readlink, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BucketLocationConstraint,
  CreateBucketCommand,
  GetObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { SANDBOX_CREDENTIALS } from "../../../sandbox/gateway/moto-port.ts";
import type { RunOptions, RunResult } from "../../../sandbox/process/run.ts";
import { runTerraform } from "../../../sandbox/terraform/run.ts";
import { toolchain } from "../../../src/toolchain/toolchain.ts";
import { print } from "../support.ts";

export const SCRATCH_REGION = "eu-west-1";
const BUCKET = "scratch-state";
const KEY = "scratch/terraform.tfstate";

/** Three things that are created one after the other, so that a test can stop in between. */
const CONFIGURATION = {
  terraform: {
    required_providers: { aws: { source: "hashicorp/aws", version: toolchain().provider } },
    backend: {
      s3: { bucket: BUCKET, key: KEY, region: SCRATCH_REGION, encrypt: true, use_lockfile: true },
    },
  },
  provider: { aws: { region: SCRATCH_REGION, max_retries: 2 } },
  resource: {
    aws_vpc: { first: { cidr_block: "10.0.0.0/16" } },
    aws_sns_topic: { second: { name: "second", depends_on: ["aws_vpc.first"] } },
    aws_sqs_queue: { third: { name: "third", depends_on: ["aws_sns_topic.second"] } },
  },
};

/** A small Terraform root with its state in an emulated bucket. */
export class Scratch {
  readonly directory: string;
  private readonly env: Readonly<Record<string, string>>;
  private readonly s3: S3Client;

  private constructor(directory: string, url: string, env: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.env = env;
    this.s3 = new S3Client({ endpoint: url, region: SCRATCH_REGION, credentials: SANDBOX_CREDENTIALS });
  }

  /** With a bucket, initialized. */
  static async create(url: string, env: Readonly<Record<string, string>>): Promise<Scratch> {
    const scratch = new Scratch(await mkdtemp(join(tmpdir(), "pilot-light-scratch-")), url, env);
    await writeFile(join(scratch.directory, "main.tf.json"), JSON.stringify(CONFIGURATION));
    await createBucket(scratch.s3, BUCKET);
    await scratch.terraform(["init"]);
    return scratch;
  }

  terraform(
    args: readonly string[],
    { env = this.env, ...options }: Partial<RunOptions> = {},
  ): Promise<RunResult> {
    return runTerraform(this.directory, [...args, "-no-color"], env, { onLine: print, ...options });
  }

  apply(options: Partial<RunOptions> = {}): Promise<RunResult> {
    return this.terraform(["apply", "-auto-approve"], options);
  }

  /** The id of the lock that lies in the bucket now. */
  lockId(): Promise<string | undefined> {
    return lockId(this.s3, BUCKET, KEY);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

export const createBucket = (s3: S3Client, Bucket: string): Promise<unknown> =>
  s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: SCRATCH_REGION } }),
  );

/** The buckets that bootstrap makes, for a test that does without it. */
export async function createStateBuckets(
  { url }: { readonly url: string },
  project: {
    readonly name: string;
    readonly accountId: string;
    readonly regions: Readonly<Record<string, string>>;
  },
): Promise<void> {
  for (const region of Object.values(project.regions)) {
    const LocationConstraint = Object.values(BucketLocationConstraint).find((one) => one === region);
    const s3 = new S3Client({ endpoint: url, region, credentials: SANDBOX_CREDENTIALS });
    const Bucket = `${project.name}-tfstate-${project.accountId}-${region}`;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
    s3.destroy();
  }
}

/** The id in the lock file beside a state. */
export async function lockId(s3: S3Client, Bucket: string, key: string): Promise<string | undefined> {
  const lock = await s3.send(new GetObjectCommand({ Bucket, Key: `${key}.tflock` })).catch(() => undefined);
  const text = await lock?.Body?.transformToString();
  return text === undefined ? undefined : z.object({ ID: z.string() }).parse(JSON.parse(text)).ID;
}

/** Processes that work in a folder or below it. */
export async function processesIn(directory: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => "")));
  return pids.filter((_pid, index) => found[index]?.startsWith(directory));
}

/** Without the frames and line breaks that Terraform puts around a message. */
export const prose = ({ stdout, stderr }: RunResult): string =>
  `${stdout}\n${stderr}`.replaceAll(/[│╷╵\s]+/g, " ");
