import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { pipeline } from "node:stream";
import type { ClientSettings, Moto, MotoRequest } from "./emulation.ts";
import type { Reply } from "./reply.ts";

/** Any key will do: moto reads region and service from the scope and verifies no signature. */
export const SANDBOX_CREDENTIALS = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };

export interface Upstream {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: IncomingMessage | Buffer | string | undefined;
}

/** moto's server, as the gateway and the emulations reach it. */
export class MotoPort implements Moto {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  client(region: string): ClientSettings {
    return { endpoint: this.url, region, credentials: SANDBOX_CREDENTIALS };
  }

  async request(request: MotoRequest): Promise<Reply> {
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
    const scope = `${SANDBOX_CREDENTIALS.accessKeyId}/${day}/${request.region}/${request.service}/aws4_request`;
    const body = request.body ?? "";
    const response = await this.send({
      method: request.method,
      path: request.path,
      headers: {
        host: new URL(this.url).host,
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=sandbox`,
        "content-length": Buffer.byteLength(body),
        ...request.headers,
      },
      body,
    });
    return asReply(response);
  }

  /** Resolves with the response's head. A broken request is destroyed on both sides. */
  send(upstream: Upstream): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      // moto closes each connection after its reply, so a pool would only hold dead sockets.
      const outgoing = httpRequest(this.url, {
        method: upstream.method,
        path: upstream.path,
        headers: upstream.headers,
        agent: false,
      });
      outgoing.on("response", resolve);
      outgoing.on("error", (error) => reject(new Error(`moto does not answer: ${error.message}`)));
      if (
        upstream.body === undefined ||
        typeof upstream.body === "string" ||
        Buffer.isBuffer(upstream.body)
      ) {
        outgoing.end(upstream.body);
      } else {
        pipeline(upstream.body, outgoing, (error) => {
          if (error) {
            outgoing.destroy(error);
          }
        });
      }
    });
  }
}

/** Headers that belong to one connection, not to the message (RFC 9110, 7.6.1). Node has answered `Expect` already. */
const HOP_BY_HOP = new Set([
  "expect",
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Repeated headers stay repeated, in the writing that the sender chose. */
export function endToEndHeaders(raw: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const value = raw[index + 1] ?? "";
    if (!HOP_BY_HOP.has(name.toLowerCase())) {
      const before = headers[name];
      headers[name] = before === undefined ? value : [before, value].flat();
    }
  }
  return headers;
}

export const asReply = (response: IncomingMessage): Reply => ({
  status: response.statusCode ?? 502,
  headers: endToEndHeaders(response.rawHeaders),
  body: response,
});
