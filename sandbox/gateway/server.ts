import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { RequestBody } from "./body.ts";
import type { Call } from "./call.ts";
import { CallLog, type CallRecord } from "./call-log.ts";
import { CertificateAuthority } from "./certificate.ts";
import { MovableClock } from "./clock.ts";
import { answerControl, CONTROL_PREFIX } from "./control.ts";
import type { ControlHandler, Emulation, EmulationFactory, World } from "./emulation.ts";
import { FaultBoard } from "./faults.ts";
import { FrontDoor } from "./front-door.ts";
import { identify, isDescribedByBody, type RequestHead } from "./identify.ts";
import type { MotoPort } from "./moto-port.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { requestTarget } from "./request-target.ts";
import { Responder } from "./responder.ts";
import { sendReply } from "./send-reply.ts";

export interface GatewayProps {
  readonly account: string;
  readonly moto: MotoPort;
  readonly emulations: readonly EmulationFactory[];
  /** Time at which the clock starts; the real one when left out. */
  readonly startsAt?: Date | undefined;
  /**
   * Whether replies bear the gateway's time, as AWS's bear AWS's; otherwise they bear this machine's, so that a client does
   * not find its own clock wrong once a test has moved this one.
   */
  readonly datesReplies?: boolean | undefined;
  /** Called for each finished call. */
  readonly onCall: (record: CallRecord) => void;
  /** A line about what happened by itself, or went wrong in the sandbox. */
  readonly onNote: (message: string) => void;
}

/** The AWS that clients see: moto, what moto lacks, and the faults that a test asks for. */
export class Gateway {
  readonly clock: MovableClock;
  readonly faults = new FaultBoard();
  readonly log: CallLog;
  /** Certifies what load balancers show. */
  readonly authority = new CertificateAuthority();
  private readonly frontDoor: FrontDoor;
  private emulations: readonly Emulation[] = [];
  private readonly props: GatewayProps;
  private readonly responder: Responder;
  private readonly server: Server;

  constructor(props: GatewayProps) {
    this.props = props;
    this.log = new CallLog(props.onCall);
    this.clock = new MovableClock(
      (name, error) => props.onNote(`${name} failed: ${describe(error)}`),
      props.startsAt,
    );
    this.responder = new Responder({ moto: props.moto, faults: this.faults, onNote: props.onNote });
    this.emulations = this.createEmulations();
    this.server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        props.onNote(`${request.method ?? "?"} ${request.url ?? "?"} broke off: ${describe(error)}`);
        response.destroy();
      });
    });
    const { onNote } = props;
    this.frontDoor = new FrontDoor({ authority: this.authority, emulations: () => this.emulations, onNote });
    this.server.on("connect", (request, socket) => {
      this.frontDoor.tunnel(request, socket).catch((error: unknown) => {
        onNote(`CONNECT ${request.url ?? ""} broke off: ${describe(error)}`);
        socket.destroy();
      });
    });
    // A test may slow a call down for longer than node's default limits.
    this.server.requestTimeout = 0;
    this.server.keepAliveTimeout = 60_000;
  }

  /** Resolves with the port, which is chosen by the system when 0 is asked for. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", () => {
        const address = this.server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    this.clock.stop();
    this.frontDoor.close();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** An account with nothing in it, at the time of the start, without faults and without a log. */
  async reset(): Promise<void> {
    await this.clock.reset();
    const reply = await this.props.moto.request({
      service: "moto",
      region: "us-east-1",
      method: "POST",
      path: "/moto-api/reset",
    });
    if (reply.status !== 200) {
      throw new Error(`moto answered its reset with ${reply.status}`);
    }
    this.faults.clear();
    this.log.clear();
    this.emulations = this.createEmulations();
  }

  emulationControls(): Readonly<Record<string, ControlHandler>> {
    return Object.fromEntries(this.emulations.flatMap(({ control }) => Object.entries(control ?? {})));
  }

  private createEmulations(): Emulation[] {
    const world: World = {
      account: this.props.account,
      clock: this.clock,
      moto: this.props.moto,
      isDown: (region) => this.faults.isDown(region),
      note: this.props.onNote,
    };
    return this.props.emulations.flatMap((create) => create(world));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = requestTarget(request.url ?? "/");
    if (!target.isOurs) {
      const refusal = {
        message: `the sandbox serves AWS only, got ${target.host}; unset HTTP_PROXY for other hosts`,
      };
      return sendReply(response, jsonReply(refusal, 403), request.method);
    }
    const head: RequestHead = {
      method: request.method ?? "GET",
      path: target.path,
      query: target.query,
      headers: request.headers,
    };
    const body = new RequestBody(request);
    if (head.path.startsWith(CONTROL_PREFIX)) {
      return sendReply(response, await answerControl(this, head, body), request.method);
    }
    const startedAt = performance.now();
    const call = await this.readCall(head, body);
    const arrival = { request, pathAndQuery: target.pathAndQuery, body };
    const answer = await this.responder.answer(call, arrival, this.emulations);
    if (answer.reply === "reset") {
      request.socket.resetAndDestroy();
    } else {
      await sendReply(response, this.dated(answer.reply), request.method);
    }
    this.log.add({
      id: call.id,
      time: call.time.toISOString(),
      region: call.region,
      service: call.service,
      action: call.action,
      ...(call.resource === undefined ? {} : { resource: call.resource }),
      ...(answer.reply === "reset" ? {} : { status: answer.reply.status }),
      by: answer.by,
      ...(answer.fault === undefined ? {} : { fault: answer.fault }),
      durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
    });
  }

  private dated(reply: Reply): Reply {
    if (this.props.datesReplies !== true) {
      return reply;
    }
    const others = Object.entries(reply.headers).filter(([name]) => name.toLowerCase() !== "date");
    return { ...reply, headers: { ...Object.fromEntries(others), date: this.clock.now().toUTCString() } };
  }

  private async readCall(head: RequestHead, body: RequestBody): Promise<Call> {
    const text =
      isDescribedByBody(head) && body.isShort() ? (await body.buffer()).toString("utf8") : undefined;
    const identity = identify(head, text);
    return { id: this.log.nextId(), time: this.clock.now(), ...identity, ...head, body: () => body.buffer() };
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
