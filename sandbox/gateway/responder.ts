import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { RequestBody } from "./body.ts";
import type { Call } from "./call.ts";
import type { CallRecord } from "./call-log.ts";
import { encodeCborError } from "./cbor.ts";
import type { Emulation } from "./emulation.ts";
import type { FaultBoard } from "./faults.ts";
import { asReply, endToEndHeaders, type MotoPort } from "./moto-port.ts";
import { AwsError, errorReply, type ErrorDetails, type Reply } from "./reply.ts";

export interface Answer {
  readonly reply: Reply | "reset";
  readonly by: CallRecord["by"];
  readonly fault?: string;
}

/** What arrived, for passing it on as it is. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly pathAndQuery: string;
  readonly body: RequestBody;
}

export interface ResponderProps {
  readonly moto: MotoPort;
  readonly faults: FaultBoard;
  readonly onNote: (message: string) => void;
}

/** Decides who answers a call: a fault, an emulation, or moto. */
export class Responder {
  private readonly props: ResponderProps;

  constructor(props: ResponderProps) {
    this.props = props;
  }

  async answer(call: Call, arrival: Arrival, emulations: readonly Emulation[]): Promise<Answer> {
    const verdict = this.props.faults.judge(call, await this.homeRegion(call));
    if (verdict.kind === "reset") {
      return { reply: "reset", by: "fault", fault: verdict.fault };
    }
    if (verdict.kind === "error") {
      return { reply: toError(call, verdict.error), by: "fault", fault: verdict.fault };
    }
    if (verdict.kind === "delay") {
      await delay(verdict.delayMs);
      return { ...(await this.answerHealthy(call, arrival, emulations)), fault: verdict.fault };
    }
    return this.answerHealthy(call, arrival, emulations);
  }

  private async answerHealthy(call: Call, arrival: Arrival, all: readonly Emulation[]): Promise<Answer> {
    const emulations = all.filter((emulation) => emulation.service === call.service);
    const claimed = emulations.find((emulation) => emulation.handles?.(call) === true);
    const forward = () => this.forward(call, arrival, emulations);
    try {
      const reply = (await claimed?.handle?.(call, forward)) ?? "pass";
      return reply === "pass" ? { reply: await forward(), by: "moto" } : { reply, by: "emulation" };
    } catch (error) {
      if (error instanceof AwsError) {
        return { reply: toError(call, error), by: "emulation" };
      }
      const message = `${call.service} ${call.action}: ${error instanceof Error ? error.message : String(error)}`;
      this.props.onNote(message);
      // SDKs retry 500, 502, 503 and 504 for minutes. This is a defect of the sandbox and stays one.
      return { reply: toError(call, { code: "SandboxFailure", message, status: 501 }), by: "emulation" };
    }
  }

  private async forward(call: Call, arrival: Arrival, emulations: readonly Emulation[]): Promise<Reply> {
    const body = await arrival.body.passOn();
    const isChunked = arrival.request.headers["transfer-encoding"] !== undefined && !Buffer.isBuffer(body);
    const headers = endToEndHeaders(arrival.request.rawHeaders);
    const response = await this.props.moto.send({
      method: call.method,
      path: arrival.pathAndQuery,
      headers: isChunked ? { ...headers, "transfer-encoding": "chunked" } : headers,
      body,
    });
    const outcome = { status: response.statusCode ?? 502, headers: response.headers };
    for (const emulation of emulations) {
      await emulation.observe?.(call, outcome);
    }
    return asReply(response);
  }

  /** A bucket is unreachable with its own region, whatever region the caller signed for. */
  private async homeRegion(call: Call): Promise<string> {
    const bucket = call.service === "s3" ? call.parameters["bucket"] : undefined;
    if (bucket === undefined || this.props.faults.current().regionsDown.length === 0) {
      return call.region;
    }
    const reply = await this.props.moto.request({
      service: "s3",
      region: call.region,
      method: "HEAD",
      path: `/${encodeURIComponent(bucket)}`,
    });
    const header = Object.entries(reply.headers).find(
      ([name]) => name.toLowerCase() === "x-amz-bucket-region",
    );
    return typeof header?.[1] === "string" ? header[1] : call.region;
  }
}

const toError = (call: Call, error: ErrorDetails): Reply =>
  call.protocol === "cbor" ? encodeCborError(error) : errorReply(call, error);
