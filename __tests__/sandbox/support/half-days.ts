import type { SandboxClient } from "../../../sandbox/client.ts";

const HOUR_MS = 3_600_000;
const HALF_DAY_MS = 12 * HOUR_MS;
/** Longer than a backup and its copy take in the sandbox. */
const MARGIN_MS = 6 * HOUR_MS;

/** Moves the clock on until a schedule of every 12 hours has fired exactly twice and both runs are over. */
export const passTwoRuns = (client: SandboxClient): Promise<void> => passAtLeast(client, HALF_DAY_MS);

/** Moves the clock on by so much, and on to where the last run of such a schedule is over, whatever time of day it is. */
export async function passAtLeast(client: SandboxClient, milliseconds: number): Promise<void> {
  const { now } = await client.clock();
  const start = now.getTime();
  const lastRun = Math.ceil((start + milliseconds) / HALF_DAY_MS) * HALF_DAY_MS;
  await client.advance(lastRun + MARGIN_MS - start);
}
