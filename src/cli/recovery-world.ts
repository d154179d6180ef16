import process from "node:process";
import { createInterface } from "node:readline/promises";
import { setTimeout as delay } from "node:timers/promises";
import { liveLookup } from "../recovery/dns/live-lookup.ts";
import type { NameLookup } from "../recovery/dns/lookup.ts";
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
  readonly dns: NameLookup;
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
  dns: liveLookup,
  ask: async (question) => {
    if (!process.stdin.isTTY) return undefined;
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const stop = new AbortController();
    // While a line is read, Ctrl-C reaches the terminal's reader only: a run that waits for an answer must end as well.
    terminal.once("SIGINT", () => {
      stop.abort();
      process.kill(process.pid, "SIGINT");
    });
    try {
      return await terminal.question(question, { signal: stop.signal });
    } catch (error) {
      if (stop.signal.aborted) return "";
      // Ctrl-D: whoever was at the terminal has left it.
      if (error instanceof Error && error.name === "AbortError") return undefined;
      throw error;
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
