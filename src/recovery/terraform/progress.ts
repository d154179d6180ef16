import type { Tell } from "../steps/step.ts";
import { timeText } from "../steps/wait.ts";
import { readEvent } from "./events.ts";

/** An operator who hears nothing for longer thinks that it hangs. */
const TELL_MS = 30_000;

/**
 * Follows an apply: how many of its changes are made, and what takes long.
 *
 * @param count actions that the plan takes; a replacement is two
 */
export function applyProgress(
  count: number,
  expectedMinutes: number | undefined,
  now: () => Date,
  tell: Tell,
): (line: string) => void {
  const startedAt = now().getTime();
  const atWork = new Map<string, string>();
  const told = new Set<string>();
  let made = 0;
  let toldAt = startedAt;
  return (line) => {
    const event = readEvent(line);
    const address = event?.hook?.resource.addr;
    if (event === undefined || address === undefined) return;
    if (event.type === "apply_start") atWork.set(address, event.hook?.action ?? "");
    if (event.type === "apply_complete" || event.type === "apply_errored") {
      atWork.delete(address);
      made += 1;
    }
    const isNewlySlow = event.type === "apply_progress" && !told.has(address);
    const at = now().getTime();
    if (!isNewlySlow && at - toldAt < TELL_MS) return;
    if (isNewlySlow) told.add(address);
    toldAt = at;
    const slow = [...atWork].map(([one, action]) => `${one} (${action})`).join(", ");
    const rest = slow === "" ? "" : `; at work: ${slow}`;
    tell(
      `terraform apply: ${made} of ${count} changes made${rest} (${timeText(at - startedAt, expectedMinutes)})`,
      "waiting",
    );
  };
}
