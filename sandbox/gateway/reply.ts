import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { collect } from "./body.ts";
import type { Protocol } from "./call.ts";

/** The answer to a call. A stream as the body is passed on without being held in memory. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | string | Readable | undefined;
}

/** A page of a long list; objects of S3 are streamed. */
const LONGEST_REPLY_BYTES = 32 * 2 ** 20;

/** A reply with its body read: for an emulation that adds to what moto answered. */
export async function readReply(reply: Reply): Promise<{ readonly reply: Reply; readonly text: string }> {
  const body =
    reply.body instanceof Readable
      ? await collect(reply.body, LONGEST_REPLY_BYTES)
      : Buffer.from(reply.body ?? "");
  return { reply: { ...reply, body }, text: body.toString("utf8") };
}

/** Thrown by an emulation to answer with an error of AWS, in the shape of the call's protocol. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

/** Dates become epoch seconds, which is what the JSON protocols use. */
export function jsonReply(value: unknown, status = 200): Reply {
  const body = JSON.stringify(value, function replace(this: unknown, key: string, plain: unknown) {
    const original: unknown = typeof this === "object" && this !== null ? Reflect.get(this, key) : plain;
    return original instanceof Date ? original.getTime() / 1000 : plain;
  });
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() },
    body,
  };
}

export const xmlReply = (xml: string, status = 200): Reply => ({
  status,
  headers: { "content-type": "text/xml", "x-amzn-requestid": randomUUID() },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`,
});

/** The envelope of the Query protocol around the members of a result, which are XML already. */
export const queryReply = (action: string, namespace: string, result: string): Reply =>
  xmlReply(
    `<${action}Response xmlns="${escapeXml(namespace)}"><${action}Result>${result}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  );

export interface ErrorDetails {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

export function errorReply(
  call: { readonly protocol: Protocol; readonly service: string },
  error: ErrorDetails,
): Reply {
  const shape = call.service === "s3" ? s3Error : errorShapes[call.protocol];
  return shape(error);
}

function jsonError({ code, message, status }: ErrorDetails): Reply {
  const reply = jsonReply({ __type: code, message }, status);
  return { ...reply, headers: { ...reply.headers, "x-amzn-errortype": code } };
}

const codeAndMessage = ({ code, message }: ErrorDetails): string =>
  `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;

const s3Error = (error: ErrorDetails): Reply =>
  xmlReply(`<Error>${codeAndMessage(error)}<RequestId>${randomUUID()}</RequestId></Error>`, error.status);

const ec2Error = (error: ErrorDetails): Reply =>
  xmlReply(
    `<Response><Errors><Error>${codeAndMessage(error)}</Error></Errors><RequestID>${randomUUID()}</RequestID></Response>`,
    error.status,
  );

const queryError = (error: ErrorDetails): Reply =>
  xmlReply(
    `<ErrorResponse><Error><Type>${error.status < 500 ? "Sender" : "Receiver"}</Type>${codeAndMessage(error)}</Error>` +
      `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    error.status,
  );

const errorShapes: Readonly<Record<Protocol, (error: ErrorDetails) => Reply>> = {
  json: jsonError,
  "rest-json": jsonError,
  cbor: jsonError,
  ec2: ec2Error,
  query: queryError,
  "rest-xml": queryError,
};
