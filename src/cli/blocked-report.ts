import type { Blocker } from "../recovery/preflight/preflight.ts";
import type { Standing } from "../recovery/standing.ts";
import type { Painter } from "./paint.ts";

/** A recovery that was not begun. */
export interface Refusal {
  readonly verb: string;
  readonly blockers: readonly Blocker[];
  readonly standing: Standing;
  /** The command that begins it once nothing blocks it any more. */
  readonly resume: string;
}

/** What blocks, and what would change that. */
export const blockerLines = (blockers: readonly Blocker[], paint: Painter): string[] =>
  blockers.flatMap(({ id, what, remedy }) => [
    paint("red", `  BLOCKED by ${id}: ${what}`),
    ...remedy.flatMap((lines) => lines.split("\n")).map((line) => `      ${line}`),
  ]);

/** How a person who knows better begins all the same. */
export const despiteLines = (command: string): string[] => [
  "To do it all the same (it asks why, for the journal):",
  `  ${command} --despite`,
];

/** It was refused, and nothing is as it would have been half-way. */
export const blockedReport = ({ verb, blockers, standing, resume }: Refusal, paint: Painter): string[] => [
  paint(
    "red",
    `${verb} refused: something that it needs is missing or could not be asked; nothing was changed`,
  ),
  `  now: ${standing.text}`,
  ...blockerLines(blockers, paint),
  "  next, once nothing blocks it any more:",
  `    ${[resume, ...blockers.flatMap(({ resumeWith = [] }) => resumeWith)].join(" ")}`,
  ...despiteLines(resume).map((line) => `  ${line}`),
];

/** Who is served, and by what command somebody is again. */
export function standingLine({ isAnyoneServed, text }: Standing, reopen: string, paint: Painter): string {
  switch (isAnyoneServed) {
    case true:
      return paint("yellow", `users are served: ${text}`);
    case false:
      return paint("red", `NOBODY IS SERVED: ${text}; to serve again: ${reopen}`);
    case undefined:
      return paint("red", `NOT KNOWN WHO SERVES: ${text}; to serve again: ${reopen}`);
  }
}
