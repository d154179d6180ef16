import { AwsFailure, Conflict } from "../../src/aws/failure.ts";
import type { RegionalAws } from "../../src/aws/port.ts";

type ObjectQuestions = Pick<RegionalAws, "head" | "read" | "list" | "write" | "remove">;

interface Stored {
  readonly text: string;
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** Buckets that know conditional writes, as S3 does; every region sees the same. */
export class MemoryObjects {
  private readonly buckets = new Map<string, Map<string, Stored>>();
  private count = 0;

  constructor(readonly now: () => Date = () => new Date()) {}

  /** Makes a bucket, with these objects in it. */
  put(bucket: string, objects: Readonly<Record<string, unknown>>, modifiedAt = this.now()): this {
    for (const [key, value] of Object.entries(objects)) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      this.bucket(bucket).set(key, { text, etag: `"${(this.count += 1)}"`, modifiedAt });
    }
    this.bucket(bucket);
    return this;
  }

  text(bucket: string, key: string): string | undefined {
    return this.buckets.get(bucket)?.get(key)?.text;
  }

  /** The questions of one region. */
  questions(region: string): ObjectQuestions {
    const existing = (bucket: string, action: string): Map<string, Stored> => {
      const found = this.buckets.get(bucket);
      if (found === undefined) throw new AwsFailure("failed", action, region, `NoSuchBucket: ${bucket}`);
      return found;
    };
    return {
      head: async (bucket, key) => {
        const found = this.buckets.get(bucket)?.get(key);
        return found && { ...found, sizeBytes: found.text.length, replication: undefined };
      },
      read: async (bucket, key) => existing(bucket, "s3:GetObject").get(key),
      list: async (bucket, prefix) =>
        [...existing(bucket, "s3:ListBucket").keys()].filter((key) => key.startsWith(prefix)).toSorted(),
      write: async (bucket, key, text, only) => {
        const before = existing(bucket, "s3:PutObject").get(key);
        const holds =
          only === undefined || ("absent" in only ? before === undefined : before?.etag === only.etag);
        if (!holds) throw new Conflict(`s3://${bucket}/${key} was changed by someone else`);
        this.put(bucket, { [key]: text });
        return existing(bucket, "s3:PutObject").get(key)?.etag ?? "";
      },
      remove: async (bucket, key) => void existing(bucket, "s3:DeleteObject").delete(key),
    };
  }

  private bucket(name: string): Map<string, Stored> {
    const bucket = this.buckets.get(name) ?? new Map<string, Stored>();
    this.buckets.set(name, bucket);
    return bucket;
  }
}
