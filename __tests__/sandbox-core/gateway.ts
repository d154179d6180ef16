import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { SandboxClient } from "../../sandbox/client.ts";
import type { EmulationFactory } from "../../sandbox/gateway/emulation.ts";
import { MotoPort, SANDBOX_CREDENTIALS } from "../../sandbox/gateway/moto-port.ts";
import { Gateway } from "../../sandbox/gateway/server.ts";

export interface TestGateway {
  readonly url: string;
  readonly gateway: Gateway;
  readonly control: SandboxClient;
  readonly notes: readonly string[];
  /** Settings of an SDK client: one attempt, unless a test is about retries. */
  readonly client: (region: string) => {
    endpoint: string;
    region: string;
    credentials: typeof SANDBOX_CREDENTIALS;
    maxAttempts: number;
  };
  readonly close: () => Promise<void>;
}

export type Upstream = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers everything with 200 and nothing, after it has read the request. */
export const silent: Upstream = (request, response) => {
  request.resume();
  request.on("end", () => response.end());
};

/** A gateway before a stand-in for moto, so that a test decides what moto does. */
export async function startGateway(
  upstream: Upstream,
  emulations: readonly EmulationFactory[] = [],
): Promise<TestGateway> {
  const moto = createServer(upstream);
  await new Promise<void>((resolve) => moto.listen(0, "127.0.0.1", resolve));
  const address = moto.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const notes: string[] = [];
  const gateway = new Gateway({
    account: "123456789012",
    moto: new MotoPort(`http://127.0.0.1:${port}`),
    emulations,
    onCall: () => undefined,
    onNote: (message) => notes.push(message),
  });
  const url = `http://127.0.0.1:${await gateway.listen(0)}`;
  return {
    url,
    gateway,
    notes,
    control: new SandboxClient(url),
    client: (region) => ({ endpoint: url, region, credentials: SANDBOX_CREDENTIALS, maxAttempts: 1 }),
    async close() {
      await gateway.close();
      moto.closeAllConnections();
      await new Promise((resolve) => moto.close(resolve));
    },
  };
}
