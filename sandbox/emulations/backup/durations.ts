const MINUTE_MS = 60_000;

/** How long things take on the sandbox's clock. AWS promises none of it; a small database takes about as long. */
export const DURATIONS = {
  untilStartMs: MINUTE_MS,
  backupMs: 9 * MINUTE_MS,
  copyMs: 20 * MINUTE_MS,
  restoreMs: 10 * MINUTE_MS,
  /** How long to wait before a job tries again to go on while a region is down. */
  retryMs: 5 * MINUTE_MS,
} as const;
