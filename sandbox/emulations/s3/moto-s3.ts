import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  S3Client,
  type CopyObjectCommandInput,
  type HeadObjectCommandOutput,
} from "@aws-sdk/client-s3";
import type { World } from "../../gateway/emulation.ts";

export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** Buckets as moto has them. moto serves every bucket whatever region is asked; where it lives is said by itself. */
export class MotoS3 {
  private readonly client: S3Client;

  constructor(world: World) {
    this.client = new S3Client({
      ...world.moto.client("us-east-1"),
      forcePathStyle: true,
      maxAttempts: 1,
      followRegionRedirects: false,
    });
  }

  /** Undefined when there is no such bucket. */
  async regionOf(Bucket: string): Promise<string | undefined> {
    const head = await this.client.send(new HeadBucketCommand({ Bucket })).catch(() => undefined);
    return head?.BucketRegion;
  }

  async isVersioned(Bucket: string): Promise<boolean> {
    const answer = await this.client.send(new GetBucketVersioningCommand({ Bucket })).catch(() => undefined);
    return answer?.Status === "Enabled";
  }

  /** Undefined when there is no such version, or when it is a delete marker. */
  head({ bucket, key, versionId }: ObjectVersion): Promise<HeadObjectCommandOutput | undefined> {
    return this.client
      .send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }))
      .catch(() => undefined);
  }

  async tags({ bucket, key, versionId }: ObjectVersion): Promise<Record<string, string>> {
    const { TagSet: tags = [] } = await this.client.send(
      new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
    );
    return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
  }

  /** Copies within moto, so that no object passes through here. Returns the new version. */
  async copy(
    source: ObjectVersion,
    to: Omit<CopyObjectCommandInput, "CopySource" | "Key">,
  ): Promise<string | undefined> {
    const path = [source.bucket, ...source.key.split("/")].map(encodeURIComponent).join("/");
    const version = source.versionId === undefined ? "" : `?versionId=${source.versionId}`;
    const copied = await this.client.send(
      new CopyObjectCommand({ ...to, Key: source.key, CopySource: `${path}${version}` }),
    );
    return copied.VersionId;
  }

  async putDeleteMarker(Bucket: string, Key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket, Key }));
  }
}
