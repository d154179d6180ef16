import type { WrittenPolicies } from "../../corrections/bucket-policies.ts";
import type { Call } from "../../gateway/call.ts";
import type { Emulation, Outcome, World } from "../../gateway/emulation.ts";
import { AwsError, readReply, xmlReply, type Reply } from "../../gateway/reply.ts";
import type { Changes } from "../changes.ts";
import type { ReplicationDelays } from "../replication/delays.ts";
import { keysWithoutVersion, refusedKeys } from "./deletions.ts";
import { MotoS3, type ObjectVersion } from "./moto-s3.ts";
import { ReplicationAccess } from "./replication-access.ts";
import { parseReplication, type ReplicationConfiguration } from "./replication-configuration.ts";
import { ReplicationStatuses } from "./replication-statuses.ts";
import { Replicator } from "./replicator.ts";

export interface S3ReplicationProps {
  readonly delays: ReplicationDelays;
  readonly policies: WrittenPolicies;
  readonly changes: Changes;
}

type Handler = (call: Call, forward: () => Promise<Reply>) => Promise<Reply | "pass">;

const WRITES = new Set(["PutObject", "CopyObject", "CompleteMultipartUpload"]);

/** S3 replication, which moto only records, and of whose rules it forgets filters, delete markers and keys. */
export function s3Replication(world: World, { delays, policies, changes }: S3ReplicationProps): Emulation[] {
  const s3 = new MotoS3(world);
  const statuses = new ReplicationStatuses();
  const access = new ReplicationAccess(world, policies);
  const replicator = new Replicator({ world, s3, access, statuses, delays, changes });
  const configurations = new Map<string, ReplicationConfiguration>();
  const handlers: Readonly<Record<string, Handler>> = {
    async PutBucketReplication(call) {
      const configuration = parseReplication((await call.body()).toString("utf8"));
      await refuseUnversioned(s3, bucketOf(call), configuration);
      configurations.set(bucketOf(call), configuration);
      return { status: 200, headers: {}, body: undefined };
    },
    GetBucketReplication(call) {
      const configuration = configurations.get(bucketOf(call));
      // moto knows whether there is such a bucket, and never has a configuration.
      return Promise.resolve(
        configuration === undefined ? "pass" : xmlReply(withoutDeclaration(configuration.xml)),
      );
    },
    DeleteBucketReplication(call) {
      configurations.delete(bucketOf(call));
      return Promise.resolve({ status: 204, headers: {}, body: undefined });
    },
    async PutBucketVersioning(call) {
      const isSuspending = (await call.body()).toString("utf8").includes("<Status>Suspended</Status>");
      if (isSuspending && configurations.has(bucketOf(call))) {
        throw new AwsError(
          "InvalidBucketState",
          "A replication configuration is present on this bucket, so the versioning state cannot be changed.",
          409,
        );
      }
      return "pass";
    },
    async DeleteObjects(call, forward) {
      const configuration = configurations.get(bucketOf(call));
      if (configuration === undefined) {
        return "pass";
      }
      const asked = keysWithoutVersion((await call.body()).toString("utf8"));
      const { reply, text } = await readReply(await forward());
      const refused = refusedKeys(text);
      for (const key of reply.status < 300 ? asked.filter((name) => !refused.has(name)) : []) {
        const version = { bucket: bucketOf(call), key, versionId: undefined };
        await replicator.deleteMarkerWritten(configuration, version);
      }
      return reply;
    },
    GetObject: withStatus,
    HeadObject: withStatus,
  };

  async function withStatus(call: Call, forward: () => Promise<Reply>): Promise<Reply> {
    const reply = await forward();
    const status = statuses.of(versionOf(call, new Headers(flat(reply.headers)).get("x-amz-version-id")));
    return status === undefined
      ? reply
      : { ...reply, headers: { ...reply.headers, "x-amz-replication-status": status } };
  }

  return [
    {
      service: "s3",
      control: delays.control,
      handles: ({ action }) => Object.hasOwn(handlers, action),
      handle: (call, forward) => handlers[call.action]?.(call, forward) ?? Promise.resolve("pass"),
      async observe(call: Call, { status, headers }: Outcome) {
        if (status >= 300) {
          return;
        }
        const configuration = configurations.get(bucketOf(call));
        if (call.action === "DeleteBucket") {
          configurations.delete(bucketOf(call));
        } else if (configuration !== undefined && WRITES.has(call.action)) {
          await replicator.objectWritten(configuration, versionOf(call, headers["x-amz-version-id"]));
        } else if (configuration !== undefined && writesDeleteMarker(call)) {
          await replicator.deleteMarkerWritten(configuration, versionOf(call, undefined));
        }
      },
    },
  ];
}

const bucketOf = (call: Call): string => call.parameters["bucket"] ?? "";

function versionOf(call: Call, header: string | string[] | null | undefined): ObjectVersion {
  const versionId = typeof header === "string" ? header : undefined;
  return { bucket: bucketOf(call), key: call.parameters["key"] ?? "", versionId };
}

/** The deletion of a version is never replicated: it would carry malice, or a mistake, into the replica. */
const writesDeleteMarker = (call: Call): boolean =>
  call.action === "DeleteObject" && !call.query.has("versionId");

const withoutDeclaration = (xml: string): string => xml.replace(/^<\?xml[^>]*>\s*/, "");

const flat = (headers: Reply["headers"]): [string, string][] =>
  Object.entries(headers).map(([name, value]) => [name, String(value)]);

async function refuseUnversioned(
  s3: MotoS3,
  source: string,
  { rules }: ReplicationConfiguration,
): Promise<void> {
  if ((await s3.regionOf(source)) === undefined) {
    throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  }
  if (!(await s3.isVersioned(source))) {
    throw new AwsError(
      "InvalidRequest",
      "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    );
  }
  for (const { destinationBucket } of rules) {
    if ((await s3.regionOf(destinationBucket)) === undefined) {
      throw new AwsError("InvalidRequest", "Destination bucket must exist.");
    }
    if (!(await s3.isVersioned(destinationBucket))) {
      throw new AwsError("InvalidRequest", "Destination bucket must have versioning enabled.");
    }
  }
}
