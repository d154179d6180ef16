import { readFileSync } from "node:fs";
import { request as askPlainly } from "node:http";
import { request as askSecurely } from "node:https";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { connect as secure, rootCertificates } from "node:tls";
import type { Http, HttpReply, HttpRequest } from "./http.ts";

/** No more of a page is looked at. */
const LONGEST_TEXT = 4096;

/**
 * Requests over the network, straight or through the proxy that `SMOKE_TEST_PROXY` or else `HTTPS_PROXY` names.
 * `SMOKE_TEST_CA` is a file with a certificate authority to trust besides the usual ones.
 *
 * Connects to one name and asks for another, as users will once DNS has moved: `curl --connect-to`.
 */
export const liveHttp: Http = {
  get: (request) =>
    withinTime(request, async (signal) => {
      const proxy = proxyFor(request.connectTo);
      const socket = await socketTo(request, proxy, signal);
      try {
        return await ask(request, socket, signal);
      } finally {
        socket.destroy();
      }
    }),
};

/** One time-out for connection, handshake and answer together. */
async function withinTime(
  { timeoutMs, connectTo }: HttpRequest,
  asking: (signal: AbortSignal) => Promise<HttpReply>,
): Promise<HttpReply> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await asking(signal);
  } catch (error) {
    if (signal.aborted)
      throw new Error(`${connectTo} did not answer within ${timeoutMs / 1000} s`, { cause: error });
    throw error;
  }
}

const named = (name: string): string | undefined =>
  process.env[name] || process.env[name.toLowerCase()] || undefined;

/** A proxy that is for smoke tests alone, or else what curl and the AWS CLI go by. */
function proxyFor(host: string): URL | undefined {
  const own = named("SMOKE_TEST_PROXY");
  return own === undefined ? proxyOf(host) : new URL(own);
}

/** The proxy that every program goes by. */
export function proxyOf(host: string): URL | undefined {
  const proxy = named("HTTPS_PROXY");
  const except = (named("NO_PROXY") ?? "").split(",").map((one) => one.trim().replace(/^\*?\./, ""));
  const isExcepted = except.some((one) => one !== "" && (host === one || host.endsWith(`.${one}`)));
  return proxy === undefined || isExcepted ? undefined : new URL(proxy);
}

function authorities(): { readonly ca?: string[] } {
  const file = named("SMOKE_TEST_CA");
  return file === undefined ? {} : { ca: [...rootCertificates, readFileSync(file, "utf8")] };
}

async function socketTo(
  { protocol, connectTo, serverName }: HttpRequest,
  proxy: URL | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const port = protocol === "https" ? 443 : 80;
  const raw =
    proxy === undefined
      ? await opened(connect({ host: connectTo, port, signal }), "connect")
      : await tunnel(proxy, `${connectTo}:${port}`, signal);
  if (protocol === "http") return raw;
  // The name in the certificate is checked against the server name: Node refuses any other.
  return opened(secure({ socket: raw, servername: serverName, ...authorities() }), "secureConnect");
}

/** Rejects with what the network said before the event. */
export function opened<Kind extends Socket>(socket: Kind, event: string): Promise<Kind> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve(socket));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
  });
}

/** A connection through a proxy. */
export function tunnel(proxy: URL, authority: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = proxy;
    const request = askPlainly({
      host: hostname,
      port: port === "" ? 80 : port,
      method: "CONNECT",
      path: authority,
      headers: { host: authority },
      signal,
    });
    request.once("connect", ({ statusCode }, socket) => {
      if (statusCode === 200) resolve(socket);
      else reject(new Error(`${authority} can't be reached: the proxy answered ${statusCode ?? "nothing"}`));
    });
    request.once("error", reject);
    request.end();
  });
}

function ask(
  { protocol, serverName, path }: HttpRequest,
  socket: Socket,
  signal: AbortSignal,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const start = protocol === "https" ? askSecurely : askPlainly;
    const request = start(
      {
        createConnection: () => socket,
        path,
        headers: { host: serverName, "user-agent": "pilot-light", connection: "close" },
        signal,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text = (text + part).slice(0, LONGEST_TEXT)));
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.once("error", reject);
      },
    );
    request.once("error", reject);
    request.end();
  });
}
