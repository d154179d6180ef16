import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Reply } from "./reply.ts";

/** Writes a reply; a stream goes through piece by piece, at the reader's pace. */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  method: string | undefined,
): Promise<void> {
  if (response.destroyed) {
    return;
  }
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers)) {
    response.setHeader(name, value);
  }
  const { body } = reply;
  if (body === undefined || typeof body === "string" || Buffer.isBuffer(body)) {
    if (method !== "HEAD") {
      response.setHeader("content-length", Buffer.byteLength(body ?? ""));
    }
    await new Promise<void>((resolve) => {
      response.on("close", resolve);
      response.end(body, () => resolve());
    });
    return;
  }
  await pipeline(body, response);
}
