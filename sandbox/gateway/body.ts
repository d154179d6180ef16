import type { IncomingMessage } from "node:http";

/** Larger than any JSON, Query or XML request of AWS that an emulation reads. */
const LONGEST_READ_BYTES = 8 * 2 ** 20;
/** What is read to name a call. ECR's layer parts are JSON calls too, of 20 MB, and stream past. */
const LONGEST_PEEK_BYTES = 2 ** 20;

/** A request's body: passed on as a stream unless somebody had to read it. */
export class RequestBody {
  private read: Promise<Buffer> | undefined;
  private passedOn = false;
  private readonly request: IncomingMessage;

  constructor(request: IncomingMessage) {
    this.request = request;
  }

  isShort(): boolean {
    return Number(this.request.headers["content-length"] ?? Number.POSITIVE_INFINITY) <= LONGEST_PEEK_BYTES;
  }

  buffer(): Promise<Buffer> {
    if (this.passedOn) {
      return Promise.reject(new Error("the body has been streamed to moto and cannot be read any more"));
    }
    this.read ??= collect(this.request, LONGEST_READ_BYTES);
    return this.read;
  }

  /** What to send on: the stream itself, or what has been read of it. */
  async passOn(): Promise<IncomingMessage | Buffer> {
    if (this.read !== undefined) {
      return this.read;
    }
    this.passedOn = true;
    return this.request;
  }
}

export async function collect(stream: AsyncIterable<Buffer>, longestBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > longestBytes) {
      throw new Error(`a body of more than ${longestBytes} bytes cannot be read into memory; stream it`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
