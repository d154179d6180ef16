import type { SandboxClient } from "../../../sandbox/client.ts";

const HOUR_MS = 3_600_000;
const HALF_DAY_MS = 12 * HOUR_MS;
/** Longer than a backup and its copy take in the sandbox. */
const MARGIN_MS = 6 * HOUR_MS;

/** Moves the clock on until a schedule of every 12 hours has fired exactly twice and both runs are over. */
export async function passTwoRuns(client: SandboxClient): Promise<void> {
  const { now } = await client.clock();
  const start = now.getTime();
  const lastRun = Math.ceil((start + HALF_DAY_MS) / HALF_DAY_MS) * HALF_DAY_MS;
  await client.advance(lastRun + MARGIN_MS - start);
}
