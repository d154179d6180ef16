import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
import type { WrittenPolicies } from "../../corrections/bucket-policies.ts";
import type { World } from "../../gateway/emulation.ts";
import { assumedRole, type Role } from "../iam/roles.ts";
import { isAdmitted } from "../iam/simulate.ts";

export interface KeyUse {
  readonly keyArn: string;
  readonly region: string;
  /** With bucket keys it is the bucket's ARN that is bound to the ciphertext, else the object's (T32). */
  readonly boundTo: string;
}

export interface ReplicationRequest {
  readonly roleArn: string;
  readonly kind: "object" | "delete marker";
  readonly source: { readonly bucket: string; readonly key: string; readonly hasTags: boolean };
  readonly destinationBucket: string;
  readonly decrypts: KeyUse | undefined;
  readonly encrypts: KeyUse | undefined;
}

/** What a replication's role may do, as its policies, the buckets' and the keys' are at this moment. */
export class ReplicationAccess {
  private readonly world: World;
  private readonly bucketPolicies: WrittenPolicies;

  constructor(world: World, bucketPolicies: WrittenPolicies) {
    this.world = world;
    this.bucketPolicies = bucketPolicies;
  }

  /** The first thing that stands in the way. */
  async problem(request: ReplicationRequest): Promise<string | undefined> {
    const { roleArn, source, destinationBucket } = request;
    const role = await assumedRole(this.world, roleArn, "s3.amazonaws.com");
    if (role === undefined) {
      return `${roleArn} does not exist or does not trust s3.amazonaws.com`;
    }
    const from = `arn:aws:s3:::${source.bucket}/${source.key}`;
    const to = `arn:aws:s3:::${destinationBucket}/${source.key}`;
    const calls: [action: string, resource: string][] =
      request.kind === "delete marker"
        ? [["s3:ReplicateDelete", to]]
        : [
            ["s3:GetObjectVersionForReplication", from],
            ["s3:ReplicateObject", to],
            ...(source.hasTags
              ? ([
                  ["s3:GetObjectVersionTagging", from],
                  ["s3:ReplicateTags", to],
                ] as [string, string][])
              : []),
          ];
    for (const [action, resource] of calls) {
      if (!(await this.mayUseBucket(role, action, resource))) {
        return `${roleArn} may not ${action} on ${resource}`;
      }
    }
    return (
      (await this.keyProblem(role, "kms:Decrypt", request.decrypts)) ??
      (await this.keyProblem(role, "kms:Encrypt", request.encrypts))
    );
  }

  private mayUseBucket(role: Role, action: string, resource: string): Promise<boolean> {
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1] ?? "";
    return isAdmitted(
      this.world,
      { principal: role.arn, action, resource, context: this.context(role) },
      { identity: role.policies, resource: this.bucketPolicies.get(bucket) },
    );
  }

  private async keyProblem(role: Role, action: string, use: KeyUse | undefined): Promise<string | undefined> {
    if (use === undefined) {
      return undefined;
    }
    const keyRegion = /^arn:aws:kms:([^:]+):/.exec(use.keyArn)?.[1] ?? use.region;
    if (keyRegion !== use.region) {
      return `key ${use.keyArn} is not in ${use.region}`;
    }
    const kms = new KMSClient(this.world.moto.client(use.region));
    const key = await kms.send(new DescribeKeyCommand({ KeyId: use.keyArn })).catch(() => undefined);
    const { Arn: arn, KeyState: state } = key?.KeyMetadata ?? {};
    if (arn === undefined || state !== "Enabled") {
      return `key ${use.keyArn} ${arn === undefined ? "does not exist" : `is ${state ?? "unusable"}`} in ${use.region}`;
    }
    const { Policy: policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: "default" }));
    const context = {
      ...this.context(role),
      "kms:CallerAccount": this.world.account,
      "kms:ViaService": `s3.${use.region}.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": use.boundTo,
      "kms:ResourceAliases": await aliasesOf(kms, arn),
    };
    const isMay = await isAdmitted(
      this.world,
      { principal: role.arn, action, resource: arn, context },
      { identity: role.policies, resource: policy },
    );
    return isMay ? undefined : `${role.arn} may not ${action} with ${arn} for ${use.boundTo}`;
  }

  private context(role: Role): Record<string, string> {
    return {
      "aws:SecureTransport": "true",
      "aws:PrincipalArn": role.arn,
      "aws:PrincipalAccount": this.world.account,
    };
  }
}

/** By which a policy knows the key of another stack. */
async function aliasesOf(kms: KMSClient, keyArn: string): Promise<string[]> {
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  return Aliases.flatMap(({ AliasName, TargetKeyId }) =>
    AliasName !== undefined && TargetKeyId !== undefined && keyArn.endsWith(`/${TargetKeyId}`)
      ? [AliasName]
      : [],
  );
}
