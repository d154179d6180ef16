import process from "node:process";
import { createInterface } from "node:readline/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Http } from "../recovery/http.ts";
import { isAlive, type Machine, thisMachine } from "../recovery/machine.ts";
import { LiveTerraform, type TerraformSettings } from "../recovery/terraform/live.ts";
import type { Terraform } from "../recovery/terraform/terraform.ts";
import { liveHttp } from "../recovery/live-http.ts";
import { livePost, type Post } from "../recovery/live-post.ts";

/** What a recovery reaches beside AWS; tests put their own in its place. */
export interface RecoveryWorld {
  readonly machine: (folder: string) => Machine;
  readonly isAlive: (pid: number) => boolean;
  readonly terraform: (settings: TerraformSettings) => Terraform;
  readonly http: Http;
  readonly post: Post;
  /** What the operator types; undefined when nobody sits at a terminal. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Waits, until the signal ends it. */
  readonly delay: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Calls back at Ctrl-C, instead of ending the process, until the returned function is called. */
  readonly onInterrupt: (listener: () => void) => () => void;
}

/** The real one. */
export const RECOVERY_WORLD: RecoveryWorld = {
  machine: thisMachine,
  isAlive,
  terraform: (settings) => new LiveTerraform(settings),
  http: liveHttp,
  post: livePost,
  ask: async (question) => {
    if (!process.stdin.isTTY) return undefined;
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  },
  delay: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
  onInterrupt: (listener) => {
    process.on("SIGINT", listener);
    process.on("SIGTERM", listener);
    return () => {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    };
  },
};
