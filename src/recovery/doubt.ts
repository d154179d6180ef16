import { resumeCommand } from "./commands.ts";
import type { Inquiry } from "./checks/check.ts";
import { agree, DamagedRecord } from "./record-in-force.ts";
import { movingRun } from "./runs.ts";

/** Why nobody can say here what the standby is, and what settles it. */
export interface Doubt {
  readonly why: string;
  /** In lines that can be pasted. */
  readonly remedy: string;
}

type Known = Pick<Inquiry, "subject" | "ownRecord" | "recordInForce" | "history">;

/**
 * Whatever is judged by a posture that may be wrong would end in advice that ends the service: to apply a standby that serves as
 * a pilot light, or to turn the switch.
 */
export async function doubtOf(inquiry: Known): Promise<Doubt | undefined> {
  const moving = movingRun((await inquiry.history()).runs);
  if (moving === undefined) return recordDoubtOf(inquiry);
  const { verb, runId } = moving.start;
  return {
    why: `${verb}, run ${runId}, has not ended`,
    remedy: resumeCommand(moving, inquiry.subject.standby.name),
  };
}

const doubt = (why: string): Doubt => ({ why, remedy: "npm run dr -- readiness --only activation-record" });

/** The same, as far as only the records can say it. */
export async function recordDoubtOf({
  subject,
  ownRecord,
  recordInForce,
}: Omit<Known, "history">): Promise<Doubt | undefined> {
  const file = `${subject.standby.name}.activation.json`;
  try {
    const inForce = await recordInForce();
    if (ownRecord === undefined)
      return inForce === undefined || subject.pair.activation !== undefined
        ? undefined
        : doubt("the record in force came too late");
    return inForce !== undefined && agree(ownRecord, inForce)
      ? undefined
      : doubt(`${file} is not the record that is in force`);
  } catch (error) {
    // Whoever has a record goes by it while nobody can be asked.
    if (ownRecord !== undefined && !(error instanceof DamagedRecord)) return undefined;
    return doubt(
      `the record in force can't be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
