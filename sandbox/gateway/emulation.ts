import type { IncomingHttpHeaders } from "node:http";
import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Reply } from "./reply.ts";

/**
 * What moto lacks, answered with behaviour. An emulation holds its state in plain fields: the gateway creates every
 * emulation anew when the sandbox is reset.
 *
 * To add one: write `sandbox/emulations/<service>/...` with a function `(world: World) => Emulation[]`, and name it in
 * `sandbox/emulations/all.ts`. Parts that share state, in one service or in several, come from one such function.
 */
export interface Emulation {
  /** The signing name whose calls it sees. */
  readonly service: string;
  /** Whether the call is this emulation's. Answered from what is known without the body. The first that claims a call gets it. */
  handles?(call: Call): boolean;
  /**
   * Answers the call: with a reply, with `"pass"` for moto's own answer, or by throwing `AwsError`.
   * `forward` asks moto and returns its reply unread, for an emulation that adds to it; it can be called once.
   */
  handle?(call: Call, forward: () => Promise<Reply>): Promise<Reply | "pass">;
  /**
   * Sees a call that moto has answered, before the client gets that answer: what it schedules is scheduled when the
   * client goes on. Object bodies have streamed past by then; `call.body()` works for the JSON and Query protocols only.
   */
  observe?(call: Call, outcome: Outcome): Promise<void> | void;
  /** What a client on the internet finds at a name and port; undefined when nothing there answers. */
  serves?(host: string, port: number): Promise<Served | undefined>;
  /** What it answers below `/_sandbox`, by method and path: `GET /dns`. The answer becomes JSON; a `ZodError` or an `AwsError` becomes its message. */
  readonly control?: Readonly<Record<string, ControlHandler>>;
}

/** What a name of AWS answers to the internet. */
export interface Served {
  readonly status: number;
  /** Names in the certificate that it shows; undefined where it speaks plain HTTP. */
  readonly certificateNames: readonly string[] | undefined;
}

export type ControlHandler = (request: ControlRequest) => unknown;

export interface ControlRequest {
  readonly query: URLSearchParams;
  /** The JSON that was sent; `{}` for no body. */
  readonly input: unknown;
}

export interface Outcome {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export type EmulationFactory = (world: World) => readonly Emulation[];

/** What an emulation can reach. */
export interface World {
  readonly account: string;
  readonly clock: Clock;
  readonly moto: Moto;
  /** Whether a test has switched the region off: nothing is replicated into it or out of it. */
  isDown(region: string): boolean;
  /** A line for the person who watches the sandbox: what happened by itself, not because of a call. */
  note(message: string): void;
}

/** moto itself: past the emulations, the faults and the call log. */
export interface Moto {
  readonly url: string;
  /** For any SDK client: `new RDSClient(world.moto.client(region))`. */
  client(region: string): ClientSettings;
  /** For what the SDK has no client for. The reply's body is a stream. */
  request(request: MotoRequest): Promise<Reply>;
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface MotoRequest {
  readonly service: string;
  readonly region: string;
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** State of a regional service: one value for each region, created when it is first asked for. */
export class PerRegion<State> {
  private readonly states = new Map<string, State>();
  private readonly create: (region: string) => State;

  constructor(create: (region: string) => State) {
    this.create = create;
  }

  in(region: string): State {
    const known = this.states.get(region);
    if (known !== undefined) {
      return known;
    }
    const fresh = this.create(region);
    this.states.set(region, fresh);
    return fresh;
  }

  /** Regions that have been asked for. */
  entries(): IterableIterator<[string, State]> {
    return this.states.entries();
  }
}
