import type { Guardrail } from "./guardrail.ts";
import { blocksOf, refersTo, type Resource, resourcesOf, type Template } from "./template.ts";
import { isTraffic } from "./traffic-records.ts";

/** A switch that health checkers can't read, or that goes down with the primary, moves nothing on the day it is needed. */
export const readableSwitch: Guardrail = {
  name: "readable-switch",
  summary:
    "the bucket of every switch lies in the standby's region, and is encrypted so that health checkers can read it",
  violations: (subject) => {
    if (!isTraffic(subject)) return [];
    const { spec, template } = subject;
    return resourcesOf(template, "aws_route53_health_check").flatMap(({ address, body }) => {
      const [, bucketName, region] =
        /^(.+)\.s3\.([a-z0-9-]+)\.amazonaws\.com$/.exec(String(body["fqdn"])) ?? [];
      if (bucketName === undefined) return [];
      const bucket = resourcesOf(template, "aws_s3_bucket").find((one) => one.body["bucket"] === bucketName);
      if (bucket === undefined) {
        const message = `${address} watches a bucket that is none of this stack, got ${bucketName}; watch the switch's own`;
        return [{ key: "", message }];
      }
      const reasons = [
        ...(region === spec.region && bucket.body["provider"] === undefined
          ? []
          : [
              `lies outside the standby's region ${spec.region}, got ${String(region)}; leave it there (T39)`,
            ]),
        ...(isReadable(bucket, template)
          ? []
          : [
              "is encrypted with a key that no health checker may use, got no SSE-S3; leave out the key (T39)",
            ]),
      ];
      return reasons.map((reason) => ({ key: "", message: `${bucket.address} ${reason}` }));
    });
  },
};

function isReadable(bucket: Resource, template: Template): boolean {
  const settings = resourcesOf(template, "aws_s3_bucket_server_side_encryption_configuration").filter(
    ({ body }) => refersTo(body["bucket"], bucket.address) || body["bucket"] === bucket.body["bucket"],
  );
  const algorithms = settings
    .flatMap(({ body }) => blocksOf(body, "rule"))
    .flatMap((rule) => blocksOf(rule, "apply_server_side_encryption_by_default"))
    .map(({ sse_algorithm }) => sse_algorithm);
  return algorithms.length > 0 && algorithms.every((algorithm) => algorithm === "AES256");
}
