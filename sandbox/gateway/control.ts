import { z } from "zod";
import type { RequestBody } from "./body.ts";
import { callFilterSchema, type CallLog } from "./call-log.ts";
import type { MovableClock } from "./clock.ts";
import type { ControlHandler } from "./emulation.ts";
import { faultsSchema, type FaultBoard } from "./faults.ts";
import type { RequestHead } from "./identify.ts";
import { AwsError, jsonReply, type Reply } from "./reply.ts";

/** No bucket can have this name, so no request of S3 looks like one of ours. */
export const CONTROL_PREFIX = "/_sandbox";

/** The part of the gateway that a test steers. */
export interface Controlled {
  readonly clock: MovableClock;
  readonly faults: FaultBoard;
  readonly log: CallLog;
  reset(): Promise<void>;
  /** What the emulations answer themselves. */
  emulationControls(): Readonly<Record<string, ControlHandler>>;
}

const clockSchema = z.strictObject({
  advanceMs: z
    .number()
    .int()
    .positive("a clock goes forward only")
    .max(10 * 366 * 86_400_000),
});

type Handler = (gateway: Controlled, head: RequestHead, input: unknown) => unknown;

const clockState = ({ clock }: Controlled) => ({ now: clock.now(), pending: clock.pending() });

const handlers: Readonly<Record<string, Handler>> = {
  "GET /": () => ({ status: "ready" }),
  "POST /reset": async (gateway) => {
    await gateway.reset();
    return {};
  },
  "GET /calls": (gateway, head) => ({
    calls: gateway.log.query(callFilterSchema.parse(Object.fromEntries(head.query))),
  }),
  "DELETE /calls": (gateway) => {
    gateway.log.clear();
    return {};
  },
  "GET /faults": (gateway) => gateway.faults.current(),
  "PUT /faults": (gateway, _head, input) => {
    gateway.faults.set(faultsSchema.parse(input));
    return gateway.faults.current();
  },
  "DELETE /faults": (gateway) => {
    gateway.faults.clear();
    return gateway.faults.current();
  },
  "GET /clock": (gateway) => clockState(gateway),
  "POST /clock": async (gateway, _head, input) => {
    await gateway.clock.advance(clockSchema.parse(input).advanceMs);
    return clockState(gateway);
  },
};

/** Answers below `/_sandbox/`: 200, or 400 with what is wrong, or 404 with what there is. */
export async function answerControl(
  gateway: Controlled,
  head: RequestHead,
  body: RequestBody,
): Promise<Reply> {
  const path = head.path.slice(CONTROL_PREFIX.length).replace(/\/$/, "") || "/";
  const route = `${head.method} ${path}`;
  const emulated = gateway.emulationControls();
  const ofEmulation = emulated[route];
  const handler: Handler | undefined =
    handlers[route] ?? (ofEmulation && ((_gateway, { query }, input) => ofEmulation({ query, input })));
  if (handler === undefined) {
    const known = [...Object.keys(handlers), ...Object.keys(emulated)].join(", ");
    return plain(404, { message: `no ${head.method} ${path}; use one of: ${known}` });
  }
  try {
    const text = (await body.buffer()).toString("utf8");
    const input: unknown = text === "" ? {} : JSON.parse(text);
    return plain(200, await handler(gateway, head, input));
  } catch (error) {
    if (error instanceof z.ZodError) {
      return plain(400, { message: error.issues.map(describeIssue).join("; ") });
    }
    if (error instanceof AwsError) {
      return plain(error.status, { message: error.message });
    }
    if (error instanceof SyntaxError) {
      return plain(400, { message: `the body is not JSON: ${error.message}` });
    }
    throw error;
  }
}

const describeIssue = (issue: z.core.$ZodIssue): string =>
  issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;

/** Unlike AWS's JSON, with dates that people read. */
const plain = (status: number, value: unknown): Reply => ({
  ...jsonReply({}, status),
  headers: { "content-type": "application/json" },
  body: `${JSON.stringify(value)}\n`,
});
