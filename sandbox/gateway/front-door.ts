import { createServer, type IncomingMessage, type Server } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, TLSSocket } from "node:tls";
import type { CertificateAuthority } from "./certificate.ts";
import type { Emulation, Served } from "./emulation.ts";

interface FrontDoorProps {
  readonly authority: CertificateAuthority;
  readonly emulations: () => readonly Emulation[];
  readonly onNote: (message: string) => void;
}

/**
 * What the public internet is for a client that takes the gateway as its proxy: a tunnel to a name of AWS ends at an answer
 * that follows from the emulated state.
 */
export class FrontDoor {
  private readonly props: FrontDoorProps;
  private readonly served = new WeakMap<Duplex, Served>();
  private readonly server: Server;
  private readonly sockets = new Set<Duplex>();

  constructor(props: FrontDoorProps) {
    this.props = props;
    this.server = createServer(({ socket }, response) => {
      response.writeHead(this.served.get(socket)?.status ?? 500, { "content-type": "text/plain" });
      response.end("the sandbox runs no application\n");
    });
  }

  /** Answers `CONNECT name:port`. */
  async tunnel({ url = "" }: IncomingMessage, socket: Duplex): Promise<void> {
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const [host = "", port = ""] = url.split(":");
    const served = await this.find(host, Number(port));
    if (served === undefined) {
      socket.end("HTTP/1.1 504 Gateway Timeout\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    this.hand(socket, served);
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private async find(host: string, port: number): Promise<Served | undefined> {
    for (const emulation of this.props.emulations()) {
      const served = await emulation.serves?.(host, port);
      if (served !== undefined) return served;
    }
    return undefined;
  }

  private hand(socket: Duplex, served: Served): void {
    const { certificateNames } = served;
    if (!(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    const end = certificateNames === undefined ? socket : this.secured(socket, certificateNames);
    end.on("error", (error: Error) => this.props.onNote(`a client broke off: ${error.message}`));
    this.served.set(end, served);
    this.server.emit("connection", end);
  }

  private secured(socket: Socket, names: readonly string[]): TLSSocket {
    const secureContext = createSecureContext({ ...this.props.authority.issue(names) });
    return new TLSSocket(socket, { isServer: true, secureContext });
  }
}
