/** What an endpoint's domain name stands for in AWS. */
export type Endpoint =
  | { readonly kind: "object"; readonly region: string; readonly bucket: string; readonly key: string }
  | { readonly kind: "load balancer"; readonly region: string; readonly dnsName: string }
  | { readonly kind: "unknown"; readonly name: string };

const OBJECT = /^(.+)\.s3(?:\.dualstack)?[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/;
const LOAD_BALANCER = /^(?:dualstack\.)?(.+\.([a-z]{2}(?:-[a-z]+)+-\d)\.elb\.amazonaws\.com)$/;

/** Reads the endpoint from the name that a health check or an alias record gives. Anything beyond AWS is unknown here. */
export function endpointOf(domainName: string, path: string): Endpoint {
  const name = domainName.toLowerCase().replace(/\.$/, "");
  const [, bucket, bucketRegion] = OBJECT.exec(name) ?? [];
  if (bucket !== undefined && bucketRegion !== undefined) {
    const [key = ""] = path.replace(/^\//, "").split("?");
    return { kind: "object", region: bucketRegion, bucket, key: decodeURIComponent(key) };
  }
  const [, dnsName, region] = LOAD_BALANCER.exec(name) ?? [];
  return dnsName !== undefined && region !== undefined
    ? { kind: "load balancer", region, dnsName }
    : { kind: "unknown", name };
}
