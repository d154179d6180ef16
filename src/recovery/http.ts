/** Requests that a smoke test makes of the service. */
export interface Http {
  /**
   * Asks, and over HTTPS verifies the certificate.
   *
   * @throws Error with what the network or TLS said
   */
  get(request: HttpRequest): Promise<HttpReply>;
}

/** A request to a load balancer that answers under another name. */
export interface HttpRequest {
  readonly protocol: "https" | "http";
  /** Host to connect to: the load balancer's own name. */
  readonly connectTo: string;
  /** Name that the certificate must cover, and that the request is for. */
  readonly serverName: string;
  readonly path: string;
  readonly timeoutMs: number;
}

/** What came back. */
export interface HttpReply {
  readonly status: number;
  readonly text: string;
}
