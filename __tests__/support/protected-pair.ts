import { toolchain } from "../../src/toolchain/toolchain.ts";
import type { Changes } from "./environments.ts";

/** Everything that recovery offers, on: backup copies, replicated state and images, an operator's switch. */
export const PROTECTED: Changes = {
  bootstrap: { stateReplication: { enabled: true } },
  prod: { database: { backup: { enabled: true } }, registry: { replication: { enabled: true } } },
  dr: { database: { recovery: { strategy: "backup-copy" } } },
  traffic: {
    kind: "traffic",
    standby: "dr",
    zoneId: "Z0123456789ABCDEFGHIJ",
    zoneName: "example.com",
    recordName: "shop.example.com",
  },
};

/** A machine that has what the project pins. */
export const TOOLS = { binary: "terraform", version: toolchain().terraform, hasProvider: true };
