import { request as askSecurely } from "node:https";
import { connect, type Socket } from "node:net";
import { connect as secure } from "node:tls";
import { opened, proxyOf, tunnel } from "./live-http.ts";

/** Posts JSON to an address over HTTPS, and returns the status. */
export type Post = (url: URL, document: unknown, signal: AbortSignal) => Promise<number>;

/** Straight, or through the proxy that `HTTPS_PROXY` names; redirections are not followed. */
export const livePost: Post = async (url, document, signal) => {
  const { hostname, port } = url;
  const raw = await socketTo(hostname, port === "" ? 443 : Number(port), signal);
  try {
    const socket = await opened(secure({ socket: raw, servername: hostname }), "secureConnect");
    return await post(url, JSON.stringify(document), socket, signal);
  } finally {
    raw.destroy();
  }
};

function socketTo(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const proxy = proxyOf(host);
  return proxy === undefined
    ? opened(connect({ host, port, signal }), "connect")
    : tunnel(proxy, `${host}:${port}`, signal);
}

function post(
  { host, pathname, search }: URL,
  body: string,
  socket: Socket,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = askSecurely(
      {
        method: "POST",
        createConnection: () => socket,
        path: `${pathname}${search}`,
        headers: {
          host,
          "user-agent": "pilot-light",
          connection: "close",
          "content-type": "application/json; charset=utf-8",
          "content-length": Buffer.byteLength(body),
        },
        signal,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.once("error", reject);
    request.end(body);
  });
}
