import type { ErrorDetails, Reply } from "./reply.ts";

/** An error in RPC v2 CBOR, which newer SDKs speak to CloudWatch: a map of two text strings (RFC 8949). */
export const encodeCborError = ({ code, message, status }: ErrorDetails): Reply => ({
  status,
  headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
  body: Buffer.concat([
    Buffer.of(0xa2),
    ...["__type", code, "message", message].map((text) => encodeText(text)),
  ]),
});

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const head = Buffer.alloc(5);
  head.writeUInt8(0x7a, 0);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
