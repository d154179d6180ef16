import type { IncomingHttpHeaders } from "node:http";
import type { Protocol } from "./call.ts";
import { restRoute } from "./routes/rest.ts";
import { s3Route } from "./routes/s3.ts";
import { credentialScope } from "./scope.ts";

/** The request line and headers, with the body where it is small and of a protocol that names its action there. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface Identity {
  readonly service: string;
  readonly region: string;
  readonly action: string;
  readonly protocol: Protocol;
  readonly resource: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

const REST_XML = new Set(["s3", "s3-control", "route53", "cloudfront"]);
const CBOR_PATH = /^\/service\/[^/]+\/operation\/([A-Za-z0-9]+)$/;

/** The region that hosts the control planes of AWS's global services (T36). */
export const GLOBAL_REGION = "us-east-1";
/** Services that have one endpoint in that region for the whole partition. */
export const GLOBAL_SERVICES: ReadonlySet<string> = new Set([
  "iam",
  "route53",
  "cloudfront",
  "budgets",
  "ce",
  "organizations",
]);

/**
 * With `AWS_ENDPOINT_URL` the SDKs skip the rule that signs for a global service's home, and sign for the client's own
 * region. Taken at its word, a region that is down would take IAM with it, and IAM would survive the loss of its home.
 */
const homeOfGlobal = (service: string | undefined): string | undefined =>
  service !== undefined && GLOBAL_SERVICES.has(service) ? GLOBAL_REGION : undefined;

/** Whether the action or the resource is in the body, so that the body is worth reading first. */
export const isDescribedByBody = (head: RequestHead): boolean =>
  head.headers["x-amz-target"] !== undefined || isForm(head.headers);

const isForm = (headers: IncomingHttpHeaders): boolean =>
  headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;

/** What a request asks for. An unsigned request is taken for S3's, as moto does, unless it is a call of STS. */
export function identify(head: RequestHead, body: string | undefined): Identity {
  const scope = credentialScope(head.headers, head.query);
  const region = homeOfGlobal(scope?.service) ?? scope?.region ?? GLOBAL_REGION;
  const target = head.headers["x-amz-target"];
  if (typeof target === "string") {
    const action = target.slice(target.lastIndexOf(".") + 1);
    return named(scope?.service ?? "unknown", region, action, "json", hint(jsonEntries(body)));
  }
  const cborAction = CBOR_PATH.exec(head.path)?.[1];
  if (cborAction !== undefined) {
    return named(scope?.service ?? "unknown", region, cborAction, "cbor", undefined);
  }
  const form = new URLSearchParams(isForm(head.headers) ? (body ?? "") : head.query);
  const formAction = form.get("Action");
  if (formAction !== null && form.has("Version")) {
    const service = scope?.service ?? "sts";
    return named(service, region, formAction, service === "ec2" ? "ec2" : "query", hint([...form]));
  }
  return identifyRest(head, scope?.service ?? "s3", region);
}

function identifyRest(head: RequestHead, signedFor: string, region: string): Identity {
  const service = signedFor === "s3" && head.path.startsWith("/v20180820/") ? "s3-control" : signedFor;
  const isCopy = head.headers["x-amz-copy-source"] !== undefined;
  const match =
    service === "s3"
      ? s3Route(head.method, head.path, head.query, isCopy)
      : restRoute(service, head.method, head.path);
  const parameters = match?.parameters ?? {};
  return {
    service,
    region,
    action: match?.action ?? `${head.method} ${head.path}`,
    protocol: REST_XML.has(service) ? "rest-xml" : "rest-json",
    resource: Object.values(parameters).join("/") || undefined,
    parameters,
  };
}

const named = (
  service: string,
  region: string,
  action: string,
  protocol: Protocol,
  resource: string | undefined,
): Identity => ({ service, region, action, protocol, resource, parameters: {} });

const NAMES_RESOURCE = /(Name|Names\.member\.1|Identifier|Id|Id\.1|Arn|ARN|Url|Alias|^cluster|^family)$/i;
const NAMES_CALLER = /(Account|Registry|Request|Token|Owner)/i;

/** The first parameter that looks like the name of something. */
const hint = (entries: readonly (readonly [string, unknown])[]): string | undefined => {
  for (const [key, value] of entries) {
    if (typeof value === "string" && NAMES_RESOURCE.test(key) && !NAMES_CALLER.test(key)) {
      return value;
    }
  }
  return undefined;
};

function jsonEntries(body: string | undefined): [string, unknown][] {
  try {
    const parsed: unknown = JSON.parse(body ?? "{}");
    return typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
  } catch {
    return [];
  }
}
