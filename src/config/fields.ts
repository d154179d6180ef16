import { containsCidr, normalizeCidr } from "cidr-tools";
import { z } from "zod";

/** What an object may hold, nothing else: an unknown key is an error that names the nearest known one. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape);
}

/** A string field with a pattern; `expected` completes the sentence "expected ...", and the remedy follows. */
export function pattern(regex: RegExp, expected: string, remedy?: string) {
  const error = (issue: { readonly input?: unknown }): string =>
    issue.input === undefined
      ? `missing, expected ${expected}; ${remedy ?? "add the key"}`
      : `expected ${expected}; ${remedy ?? "correct the value"}`;
  // The reference names the form in words, not as a pattern.
  return z.string({ error }).regex(regex, { error }).meta({ form: expected });
}

/**
 * The value of a tag that every service takes; EC2 alone would take more (T55).
 *
 * Source: the pattern that the service models of IAM, ELB, ECS, Logs and SSM publish, and their longest value.
 */
export const tagValue = (expected: string) =>
  pattern(
    /^[\p{L}\p{N}_.:/=+\-@](?:[\p{L}\p{Zs}\p{N}_.:/=+\-@]{0,254}[\p{L}\p{N}_.:/=+\-@])?$/u,
    `${expected}, as at most 256 letters, digits, spaces and _ . : / = + - @, since it becomes a tag (T55)`,
    "replace the other characters",
  );

/** Text that goes unchanged to a process: all but what no variable and no argument can hold. */
export const text = () =>
  z.string().refine((value) => !/[\0\uD800-\uDFFF]/u.test(value), {
    error: "holds a character that no variable and no argument can hold; remove it",
  });

/** The path of a request, and its query. Source: RFC 3986, section 3.3; the longest is that of a service. */
export const urlPath = (longest: number) =>
  pattern(
    new RegExp(`^(?=.{1,${longest}}$)/[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*$`),
    `a path such as /health, at most ${longest} characters long, others than RFC 3986 allows percent-encoded`,
  );

/** Longest path of a load balancer's health check. Source: the model of Elastic Load Balancing, "Path". */
export const LONGEST_CHECKED_PATH = 1024;

/** Ranges of a list, each once. */
export const ranges = <Range extends z.ZodType<string, string>>(range: Range, most: number, why: string) =>
  z
    .array(range)
    .max(most, { error: `more than ${most} ranges, and ${why}; join neighbouring ranges` })
    .superRefine((list, context) => {
      const twice = list.findIndex((one, index) => list.indexOf(one) < index);
      if (twice === -1) return;
      const message = `range is named twice, got ${list[twice]} again; name each once`;
      context.addIssue({ code: "custom", path: [twice], message });
    });

/** An IPv4 range in CIDR notation, aligned to its prefix, with a prefix length between the bounds. */
export function cidrBlock(minPrefix: number, maxPrefix: number) {
  return z
    .string()
    .check(z.cidrv4({ abort: true, error: "expected an IPv4 range such as 10.20.0.0/16; correct the value" }))
    .superRefine((value, context) => {
      const message = rangeProblem(value, minPrefix, maxPrefix);
      if (message !== undefined) context.addIssue({ code: "custom", message, input: value });
    })
    .meta({ form: "an IPv4 range" });
}

/** Ranges that stay inside a network. Source: RFC 1918 and RFC 6598. */
const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** The same for a network of one's own: a public range would hide its owner's hosts on the internet. */
export function privateCidrBlock(minPrefix: number, maxPrefix: number) {
  return cidrBlock(minPrefix, maxPrefix).refine((value) => containsCidr(PRIVATE_RANGES, value), {
    error: `range is public; choose one within ${PRIVATE_RANGES.join(", ")}`,
  });
}

function rangeProblem(value: string, minPrefix: number, maxPrefix: number): string | undefined {
  const prefix = Number(value.split("/")[1]);
  if (prefix < minPrefix || prefix > maxPrefix) {
    const size = prefix > maxPrefix ? "small" : "large";
    return `range is too ${size}; choose a prefix from /${minPrefix} to /${maxPrefix}`;
  }
  const aligned = normalizeCidr(value);
  return aligned === value ? undefined : `range is not aligned to its prefix; write ${aligned}`;
}

/** An ARN of one service whose resource part matches; region and account are checked against their place later. */
export function arn(service: string, resource: RegExp, example: string) {
  return z
    .string()
    .refine(
      (value) => {
        const parsed = parseArn(value);
        return parsed?.service === service && resource.test(parsed.resource);
      },
      { error: `expected an ARN such as ${example}; correct the value` },
    )
    .meta({ form: `an ARN such as ${example}` });
}

/** The parts of an ARN. */
export interface Arn {
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

/** Splits an ARN of the commercial partition into its parts; undefined when it isn't one. */
export function parseArn(value: string): Arn | undefined {
  const parts =
    /^arn:aws:(?<service>[a-z0-9-]+):(?<region>[a-z0-9-]*):(?<accountId>\d*):(?<resource>[\w+=,.@:/-]+)$/.exec(
      value,
    );
  const { service, region, accountId, resource } = parts?.groups ?? {};
  if (service === undefined || region === undefined || accountId === undefined || resource === undefined) {
    return undefined;
  }
  return { service, region, accountId, resource };
}

/**
 * A region code of the commercial partition, such as `eu-west-1`.
 *
 * China and GovCloud are other partitions: their ARNs and service names differ from those that are written here.
 */
export const region = () =>
  pattern(
    /^(af|ap|ca|eu|il|me|mx|sa|us)-(central|north|south|east|west|northeast|northwest|southeast|southwest)-[1-9]$/,
    "a region code such as eu-west-1",
  );

/** A twelve-digit account id. */
export const accountId = () =>
  pattern(/^\d{12}$/, "an account id of 12 digits in quotes", 'write it as "111122223333"');

/** A full domain name. */
export const domainName = () =>
  pattern(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/,
    "a domain name in lower case",
  );

/** An e-mail address, without the quotes and braces that RFC 5322 also allows before the at sign (T54). */
export const email = () =>
  pattern(/^[A-Za-z0-9._%+&'/=-]+@([A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*$/, "an e-mail address");

const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Days that CloudWatch Logs keeps events; it takes only these values. */
export const logRetentionDays = () => z.literal(LOG_RETENTION_DAYS);
