/** Region and address range of health checkers, as AWS has published them for years. */
const CHECKER_RANGES: readonly (readonly [region: string, range: string])[] = [
  ["us-east-1", "54.243.31.192/26"],
  ["us-east-1", "107.23.255.0/26"],
  ["us-west-1", "54.183.255.128/26"],
  ["us-west-1", "54.241.32.64/26"],
  ["us-west-2", "54.244.52.192/26"],
  ["us-west-2", "54.245.168.0/26"],
  ["eu-west-1", "54.228.16.0/26"],
  ["eu-west-1", "176.34.159.192/26"],
  ["ap-southeast-1", "54.251.31.128/26"],
  ["ap-southeast-1", "54.255.254.192/26"],
  ["ap-southeast-2", "54.252.79.128/26"],
  ["ap-southeast-2", "54.252.254.192/26"],
  ["ap-northeast-1", "54.248.220.0/26"],
  ["ap-northeast-1", "54.250.253.192/26"],
  ["sa-east-1", "54.232.40.64/26"],
  ["sa-east-1", "177.71.207.128/26"],
];
/** Checkers of every region use this one too. */
const GLOBAL_RANGE = "15.177.0.0/18";

export interface HealthChecker {
  readonly region: string;
  readonly address: string;
}

/** One checker in each published range, and one of each region in the global range. */
export const HEALTH_CHECKERS: readonly HealthChecker[] = [
  ...CHECKER_RANGES.map(([region, range]) => ({ region, address: hostIn(range) })),
  ...[...new Set(CHECKER_RANGES.map(([region]) => region))].map((region, index) => ({
    region,
    address: `15.177.${2 + 4 * index}.5`,
  })),
];

function hostIn(range: string): string {
  const [address = ""] = range.split("/");
  const octets = address.split(".");
  return [...octets.slice(0, 3), Number(octets[3]) + 9].join(".");
}

/** Ranges of other services, so that a list that is not filtered by service is seen to be wrong. */
const OTHERS: readonly (readonly [region: string, range: string, service: string])[] = [
  ["us-east-1", "3.5.0.0/19", "S3"],
  ["eu-west-1", "3.5.64.0/21", "S3"],
  ["eu-west-1", "34.240.0.0/13", "EC2"],
  ["eu-central-1", "3.120.0.0/14", "EC2"],
  ["GLOBAL", "205.251.192.0/21", "ROUTE53"],
  ["GLOBAL", "13.32.0.0/15", "CLOUDFRONT"],
];
const CHECKER_RANGES_V6: readonly (readonly [region: string, range: string])[] = [
  ["us-east-1", "2600:1f18:3fff:f800::/56"],
  ["us-west-2", "2600:1f14:7ff:f800::/56"],
  ["eu-west-1", "2a05:d018:fff:f800::/56"],
  ["sa-east-1", "2600:1f1e:7ff:f800::/56"],
];

const PUBLISHED = new Date("2026-01-15T18:04:05Z");

/**
 * A list in the form of https://ip-ranges.amazonaws.com/ip-ranges.json, with few ranges. The health checkers of the
 * sandbox come from the ranges in it.
 */
export const ipRanges = () => ({
  syncToken: String(PUBLISHED.getTime() / 1000),
  createDate: PUBLISHED.toISOString().slice(0, 19).replaceAll(/[T:]/g, "-"),
  prefixes: [
    ...[...CHECKER_RANGES, ["GLOBAL", GLOBAL_RANGE] as const].map(([region, ip_prefix]) => ({
      ip_prefix,
      region,
      service: "ROUTE53_HEALTHCHECKS",
      network_border_group: region,
    })),
    ...OTHERS.flatMap(([region, ip_prefix, service]) =>
      ["AMAZON", service].map((listed) => ({
        ip_prefix,
        region,
        service: listed,
        network_border_group: region,
      })),
    ),
  ],
  ipv6_prefixes: CHECKER_RANGES_V6.map(([region, ipv6_prefix]) => ({
    ipv6_prefix,
    region,
    service: "ROUTE53_HEALTHCHECKS",
    network_border_group: region,
  })),
});
