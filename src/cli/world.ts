import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "../aws/connect.ts";
import type { World } from "./command.ts";

/** The real one. */
export const WORLD: World = {
  now: () => new Date(),
  connect: (signal) => connect({ signal }),
  env: process.env,
  pause: async (milliseconds) => {
    const stop = new AbortController();
    const interrupt = (): void => stop.abort();
    process.once("SIGINT", interrupt);
    try {
      await delay(milliseconds, undefined, { signal: stop.signal });
      return true;
    } catch {
      return false;
    } finally {
      process.removeListener("SIGINT", interrupt);
    }
  },
};
