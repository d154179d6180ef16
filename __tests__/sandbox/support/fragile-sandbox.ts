import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Capabilities } from "../../../sandbox/capabilities.ts";
import { SandboxClient } from "../../../sandbox/client.ts";
import { MotoPort } from "../../../sandbox/gateway/moto-port.ts";
import { Gateway } from "../../../sandbox/gateway/server.ts";
import { startMoto, type MotoServer } from "../../../sandbox/moto/server.ts";
import { writeCliConfig } from "../../../sandbox/terraform/cli-config.ts";
import { sandboxEnvironment, sandboxVariables } from "../../../sandbox/terraform/environment.ts";

const ACCOUNT = "123456789012";

/** moto and a gateway before it that can go away and come back, with everything in moto still there. */
export class FragileSandbox {
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  readonly client: SandboxClient;
  private readonly moto: MotoServer;
  private readonly folder: string;
  private gateway: Gateway;

  private constructor(parts: Pick<FragileSandbox, "env" | "url"> & Parts) {
    this.env = parts.env;
    this.url = parts.url;
    this.client = new SandboxClient(parts.url);
    this.moto = parts.moto;
    this.folder = parts.folder;
    this.gateway = parts.gateway;
  }

  static async start({ python = "python3", mirror }: Capabilities): Promise<FragileSandbox> {
    const folder = await mkdtemp(join(tmpdir(), "pilot-light-fragile-"));
    const moto = await startMoto({ python, account: ACCOUNT, logFile: join(folder, "moto.log") });
    const gateway = createGateway(moto);
    const url = `http://127.0.0.1:${await gateway.listen(0)}`;
    const cliConfigFile = await writeCliConfig(folder, mirror);
    const emptyFile = join(folder, "empty");
    await writeFile(emptyFile, "");
    const env = sandboxEnvironment(
      sandboxVariables({ url, mirror, cliConfigFile, emptyFile, authorityFile: emptyFile }),
    );
    return new FragileSandbox({ env, url, moto, folder, gateway });
  }

  /** Every connection breaks, and none is accepted. */
  closeGateway(): Promise<void> {
    return this.gateway.close();
  }

  async reopenGateway(): Promise<void> {
    this.gateway = createGateway(this.moto);
    await this.gateway.listen(Number(new URL(this.url).port));
  }

  /** moto ends without any warning. */
  async killMoto(): Promise<void> {
    if (this.moto.pid !== undefined) {
      process.kill(this.moto.pid, "SIGKILL");
    }
    await this.moto.ended;
  }

  async stop(): Promise<void> {
    await this.gateway.close();
    await this.moto.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

interface Parts {
  readonly moto: MotoServer;
  readonly folder: string;
  readonly gateway: Gateway;
}

const createGateway = (moto: MotoServer): Gateway =>
  new Gateway({
    account: ACCOUNT,
    moto: new MotoPort(moto.url),
    emulations: [],
    onCall: () => undefined,
    onNote: () => undefined,
  });
