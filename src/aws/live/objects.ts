import { Conflict } from "../failure.ts";
import type { ObjectHead, RegionalAws, WriteCondition } from "../port.ts";
import type { Sdk } from "../sdk.ts";
import { allOf, ask, nameOf } from "./ask.ts";

/** The calls that these questions make. */
export type ObjectSdk = Pick<
  Sdk,
  "region" | "headObject" | "getObject" | "listObjects" | "putObject" | "deleteObject"
>;

type Questions = Pick<RegionalAws, "head" | "read" | "list" | "write" | "remove">;

/** S3's words for a condition that does not hold. The second: another writer came in between. */
const CONFLICTS = new Set(["PreconditionFailed", "ConditionalRequestConflict"]);

/** Of an object that is gone S3 says so, and not that it is another one than the condition names (T67). */
const isConflict = (name: string, only: WriteCondition | undefined): boolean =>
  CONFLICTS.has(name) ||
  (only !== undefined && "etag" in only && (name === "NoSuchKey" || name === "NotFound"));

/** Small objects: state, its lock, the switch, journals. */
export function objectQuestions(sdk: ObjectSdk): Questions {
  const { region } = sdk;
  return {
    async head(bucket, key) {
      const found = await ask("s3:GetObject", region, () => sdk.headObject(bucket, key), [
        "NotFound",
        "NoSuchKey",
      ]);
      return (
        found && {
          etag: found.ETag ?? "",
          modifiedAt: found.LastModified ?? new Date(0),
          sizeBytes: found.ContentLength ?? 0,
          replication: replicationOf(found.ReplicationStatus),
        }
      );
    },
    read: (bucket, key) =>
      ask(
        "s3:GetObject",
        region,
        async () => {
          const found = await sdk.getObject(bucket, key);
          return {
            text: (await found.Body?.transformToString()) ?? "",
            etag: found.ETag ?? "",
            modifiedAt: found.LastModified ?? new Date(0),
          };
        },
        ["NoSuchKey"],
      ),
    async list(bucket, prefix) {
      const found = await ask("s3:ListBucket", region, () =>
        allOf(
          (token) => sdk.listObjects(bucket, prefix, token),
          (page) => page.Contents,
          (page) => page.NextContinuationToken,
        ),
      );
      return found.map(({ Key = "" }) => Key);
    },
    write: (bucket, key, text, only) =>
      ask("s3:PutObject", region, async () => {
        try {
          const written = await sdk.putObject({
            Bucket: bucket,
            Key: key,
            Body: text,
            ContentType: "application/json",
            ...(only !== undefined && ("absent" in only ? { IfNoneMatch: "*" } : { IfMatch: only.etag })),
          });
          return { etag: written.ETag ?? "" };
        } catch (error) {
          if (isConflict(nameOf(error), only)) return { etag: undefined };
          throw error;
        }
      }).then(({ etag }) => {
        if (etag === undefined) throw new Conflict(`s3://${bucket}/${key} was changed by someone else`);
        return etag;
      }),
    async remove(bucket, key) {
      await ask("s3:DeleteObject", region, () => sdk.deleteObject(bucket, key));
    },
  };
}

function replicationOf(status: string | undefined): ObjectHead["replication"] {
  switch (status) {
    case "COMPLETE":
    case "COMPLETED":
      return "completed";
    case "PENDING":
      return "pending";
    case "FAILED":
      return "failed";
    case "REPLICA":
      return "replica";
    default:
      return undefined;
  }
}
