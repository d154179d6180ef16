import type { Call } from "../gateway/call.ts";
import type { Emulation, World } from "../gateway/emulation.ts";
import type { Reply } from "../gateway/reply.ts";

type Status = "Enabled" | "Suspended";

const isDeletion = ({ action, query }: Call): boolean =>
  action === "DeleteObjects" || (action === "DeleteObject" && query.has("versionId"));

/**
 * Once versioning is suspended moto takes a bucket for one that never had versions: to delete one version deletes the
 * object, and to delete a delete marker breaks with a server error that the provider retries for minutes. A bucket that
 * Terraform is to empty would stay. While moto deletes, the bucket has versions.
 */
export function suspendedVersions({ moto }: World): Emulation[] {
  const suspended = new Set<string>();
  const setVersioning = (region: string, bucket: string, status: Status): Promise<Reply> =>
    moto.request({
      service: "s3",
      region,
      method: "PUT",
      path: `/${bucket}?versioning`,
      headers: { "content-type": "application/xml" },
      body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
    });
  return [
    {
      service: "s3",
      handles: (call) =>
        call.action === "PutBucketVersioning" ||
        (isDeletion(call) && suspended.has(call.parameters["bucket"] ?? "")),
      async handle(call, forward) {
        const bucket = call.parameters["bucket"] ?? "";
        if (call.action === "PutBucketVersioning") {
          const text = (await call.body()).toString("utf8");
          const reply = await forward();
          if (reply.status < 300 && text.includes("<Status>Suspended</Status>")) {
            suspended.add(bucket);
          } else if (reply.status < 300) {
            suspended.delete(bucket);
          }
          return reply;
        }
        await setVersioning(call.region, bucket, "Enabled");
        try {
          return await forward();
        } finally {
          await setVersioning(call.region, bucket, "Suspended");
        }
      },
      observe({ action, parameters }, { status }) {
        if (action === "DeleteBucket" && status < 300) {
          suspended.delete(parameters["bucket"] ?? "");
        }
      },
    },
  ];
}
