import type { IncomingHttpHeaders } from "node:http";

/** The wire format that a service speaks: it decides how a request is read and what an error looks like. */
export type Protocol = "json" | "query" | "ec2" | "rest-json" | "rest-xml" | "cbor";

/** One request to AWS, as far as it is known before its body is read. */
export interface Call {
  readonly id: number;
  /** When it came, on the sandbox's clock. */
  readonly time: Date;
  /** Signing name of the service, from the credential scope: `rds`, `backup`, `s3`, `application-autoscaling`. */
  readonly service: string;
  /** Region of the credential scope; `us-east-1` for global services, whatever the client signed for. */
  readonly region: string;
  /** AWS's name of the operation, or `METHOD /path` where the gateway does not know the service's routes. */
  readonly action: string;
  readonly protocol: Protocol;
  /** What the call is about, for people and for tests: a bucket and key, a name, an identifier. */
  readonly resource: string | undefined;
  readonly method: string;
  /** As sent, without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** What the REST route's placeholders matched, decoded: `{ backupVaultName: "main" }`, `{ bucket: "b", key: "k" }`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Reads the body and keeps it, so that the call can still be passed on. Fails above 8 MiB: never call it for S3 objects. */
  body(): Promise<Buffer>;
}
