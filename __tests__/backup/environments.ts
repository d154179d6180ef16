import { activation, type Changes, merge, synthesizeOne, type Synthesized } from "../support/environments.ts";

/** The default pair with backups that are copied. */
export const COPYING: Changes = {
  prod: { database: { backup: { enabled: true } } },
  dr: { database: { recovery: { strategy: "backup-copy" } } },
};

export const copying = (name: string, changes: Changes = {}): Synthesized =>
  synthesizeOne(name, merge(COPYING, changes));

export const copyingIn = (
  posture: "standby" | "restored" | "active" | "hardened",
  changes: Changes = {},
): Synthesized => copying("dr", posture === "standby" ? changes : merge(activation(posture), changes));
