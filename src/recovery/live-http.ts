import { request } from "node:https";
import type { Http, HttpReply } from "./http.ts";

/** More than this says nothing about whether a service answers. */
const MOST_BYTES = 64 * 1024;

/** HTTPS of this machine; certificates are verified for the name that users ask for. */
export const liveHttp: Http = {
  get: ({ connectTo, serverName, path, timeoutMs }) =>
    new Promise<HttpReply>((resolve, reject) => {
      const asked = request(
        {
          host: connectTo,
          servername: serverName,
          headers: { host: serverName },
          path,
          signal: AbortSignal.timeout(timeoutMs),
        },
        (reply) => {
          let text = "";
          reply.setEncoding("utf8");
          reply.on("data", (chunk: string) => {
            if (text.length < MOST_BYTES) text += chunk;
          });
          reply.once("end", () => resolve({ status: reply.statusCode ?? 0, text }));
          reply.once("error", reject);
        },
      );
      asked.once("error", reject);
      asked.end();
    }),
};
