import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { request, type ServerResponse } from "node:http";
import { afterEach, expect, it } from "vitest";
import { startGateway, type TestGateway, type Upstream } from "./gateway.ts";

let sandbox: TestGateway | undefined;
afterEach(() => sandbox?.close());

const credential =
  "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=s";

async function put(upstream: Upstream, headers: Record<string, string | number>) {
  sandbox = await startGateway(upstream);
  return request(`${sandbox.url}/bucket/key`, {
    method: "PUT",
    headers: { authorization: credential, ...headers },
  });
}

it("passes an upload on while it is still coming", async () => {
  const parts = new EventEmitter();
  const arrived = once(parts, "first");
  const upload = await put(
    (incoming, response) => {
      incoming.once("data", (chunk: Buffer) => parts.emit("first", chunk.toString()));
      incoming.on("end", () => response.end());
    },
    { "content-length": 10 },
  );
  const done = new Promise((resolve) => upload.on("response", resolve));
  upload.write("first");
  // Deadlocks, and so times out, when the gateway waits for the rest.
  expect(await arrived).toEqual(["first"]);
  upload.end("after");
  await done;
});

it("passes a download on while it is still coming", async () => {
  const responses: ServerResponse[] = [];
  sandbox = await startGateway((_incoming, response) => {
    response.write("first");
    responses.push(response);
  });
  const download = await fetch(`${sandbox.url}/bucket/key`, { headers: { authorization: credential } });
  const texts: string[] = [];
  for await (const chunk of download.body ?? []) {
    texts.push(Buffer.from(chunk).toString());
    responses.pop()?.end("after");
  }
  expect(texts).toEqual(["first", "after"]);
});

it.each([
  ["with its length", { "content-length": 64 * 2 ** 20 }],
  ["in chunks", { "transfer-encoding": "chunked" }],
  ["after asking whether it may", { "content-length": 64 * 2 ** 20, expect: "100-continue" }],
])("delivers a large body unchanged, sent %s", async (_how, headers) => {
  const upload = await put((incoming, response) => {
    const hash = createHash("sha256");
    incoming.on("data", (chunk: Buffer) => hash.update(chunk));
    incoming.on("end", () => response.end(hash.digest("hex")));
  }, headers);
  const answer = new Promise<string>((resolve) => {
    upload.on("response", (response) => {
      response.setEncoding("utf8");
      response.once("data", resolve);
    });
  });
  const expected = createHash("sha256");
  for (let part = 0; part < 64; part += 1) {
    const chunk = Buffer.alloc(2 ** 20, part);
    expected.update(chunk);
    if (!upload.write(chunk)) {
      await new Promise((resolve) => upload.once("drain", resolve));
    }
  }
  upload.end();
  expect(await answer).toBe(expected.digest("hex"));
});

it("keeps the host that the client used, which moto's queue URLs are made of", async () => {
  sandbox = await startGateway((incoming, response) => response.end(incoming.headers.host));
  const answer = await fetch(`${sandbox.url}/bucket/key`);
  expect(`http://${await answer.text()}`).toBe(sandbox.url);
});

it("serves host names that only a proxy can reach, and no other hosts", async () => {
  sandbox = await startGateway((incoming, response) => response.end(incoming.url));
  const { port } = new URL(sandbox.url);
  const asProxy = (url: string) =>
    new Promise<{ status: number | undefined; text: string }>((resolve) => {
      request({ host: "127.0.0.1", port, path: url }, (response) => {
        response.setEncoding("utf8");
        response.once("data", (text: string) => resolve({ status: response.statusCode, text }));
      }).end();
    });
  const account = `http://123456789012.127.0.0.1:${port}/v20180820/configuration/publicAccessBlock?x=1`;
  expect(await asProxy(account)).toEqual({
    status: 200,
    text: "/v20180820/configuration/publicAccessBlock?x=1",
  });
  expect(await asProxy("http://example.com/")).toMatchObject({ status: 403 });
  expect(await asProxy("http://example.com.127.0.0.1.evil.test/")).toMatchObject({ status: 403 });
});
