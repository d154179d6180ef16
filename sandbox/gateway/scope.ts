import type { IncomingHttpHeaders } from "node:http";

export interface Scope {
  readonly region: string;
  readonly service: string;
}

const CREDENTIAL = /Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/([a-zA-Z0-9._-]+)\/aws4_request/;

/**
 * Region and service that a request was signed for: from the Authorization header, or from the query string of a
 * presigned URL. Undefined for an unsigned request.
 */
export function credentialScope(headers: IncomingHttpHeaders, query: URLSearchParams): Scope | undefined {
  const presigned = query.get("X-Amz-Credential");
  const source = headers.authorization ?? (presigned === null ? "" : `Credential=${presigned}`);
  const [, region, service] = CREDENTIAL.exec(source) ?? [];
  return region === undefined || service === undefined
    ? undefined
    : { region, service: service.toLowerCase() };
}
