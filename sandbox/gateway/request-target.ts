/** Where a request goes, whether it was sent to the gateway or, as to a proxy, through it. */
export interface RequestTarget {
  /** Not ours is a request to some other host, which reached us because we are the proxy. */
  readonly isOurs: boolean;
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** As it was sent: decoding and encoding again would change keys. */
  readonly pathAndQuery: string;
}

const LOOPBACK = /(^|\.)(127\.0\.0\.1|localhost)(:\d+)?$/;
const ABSOLUTE = /^https?:\/\/([^/?]+)(.*)$/;

/**
 * S3 Control puts the account in front of the endpoint's host (`123456789012.127.0.0.1`), which nothing resolves.
 * The gateway is therefore also the HTTP proxy of Terraform: a proxy is asked for the whole URL and resolves nothing.
 */
export function requestTarget(url: string): RequestTarget {
  const [, host = "", rest = ""] = ABSOLUTE.exec(url) ?? [];
  const pathAndQuery = host === "" ? url : rest.startsWith("/") ? rest : `/${rest}`;
  const [path = "/", ...query] = pathAndQuery.split("?");
  return {
    isOurs: host === "" || LOOPBACK.test(host),
    host,
    path,
    query: new URLSearchParams(query.join("?")),
    pathAndQuery,
  };
}
