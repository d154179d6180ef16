import { GetPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import type { WrittenPolicies } from "../../corrections/bucket-policies.ts";
import type { World } from "../../gateway/emulation.ts";
import { ANONYMOUS, isAdmitted, type Policies } from "../iam/simulate.ts";
import { MotoS3 } from "./moto-s3.ts";
import { isKms } from "./replication-keys.ts";

export interface AnonymousRequest {
  /** Whose endpoint is asked. */
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly isSecure: boolean;
}

/** Reads of somebody without credentials, as S3 answers them: by the bucket's policy alone, since access lists are off. */
export class AnonymousRead {
  private readonly world: World;
  private readonly policies: WrittenPolicies;
  private readonly s3: MotoS3;

  constructor(world: World, policies: WrittenPolicies) {
    this.world = world;
    this.policies = policies;
    this.s3 = new MotoS3(world);
  }

  /** The HTTP status that each address gets. */
  async statuses(
    request: AnonymousRequest,
    addresses: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    const everywhere = (status: number) => new Map(addresses.map((address) => [address, status]));
    const region = await this.s3.regionOf(request.bucket);
    if (region === undefined) {
      return everywhere(404);
    }
    if (region !== request.region) {
      return everywhere(301);
    }
    const policy = this.policies.get(request.bucket);
    if (policy === undefined) {
      return everywhere(403);
    }
    const policies = {
      identity: [],
      resource: policy,
      restrictsPublicBuckets: await this.restrictsPublic(request.bucket),
    };
    const object = await this.s3.head({ ...request, versionId: undefined });
    const found = object === undefined ? undefined : isKms(object) ? 400 : 200;
    const entries = addresses.map(
      async (address) => [address, await this.status(request, policies, address, found)] as const,
    );
    return new Map(await Promise.all(entries));
  }

  /** S3 tells of a missing object only to those who may list the bucket, and serves SSE-KMS to signed requests only. */
  private async status(
    request: AnonymousRequest,
    policies: Policies,
    address: string,
    found: 200 | 400 | undefined,
  ): Promise<number> {
    const may = (action: string, resource: string) =>
      isAdmitted(
        this.world,
        {
          principal: ANONYMOUS,
          action,
          resource,
          context: { "aws:SourceIp": address, "aws:SecureTransport": String(request.isSecure) },
        },
        policies,
      );
    const bucketArn = `arn:aws:s3:::${request.bucket}`;
    if (!(await may("s3:GetObject", `${bucketArn}/${request.key}`))) {
      return 403;
    }
    return found ?? ((await may("s3:ListBucket", bucketArn)) ? 404 : 403);
  }

  private async restrictsPublic(Bucket: string): Promise<boolean> {
    const s3 = new S3Client({ ...this.world.moto.client("us-east-1"), forcePathStyle: true });
    const block = await s3.send(new GetPublicAccessBlockCommand({ Bucket })).catch(() => undefined);
    return block?.PublicAccessBlockConfiguration?.RestrictPublicBuckets ?? false;
  }
}
