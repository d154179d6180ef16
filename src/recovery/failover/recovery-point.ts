import { formatAge, formatTime, minutesBetween } from "../time.ts";
import { ageText, choosePoint, type PointChoice } from "../steps/choose-recovery-point.ts";
import type { Assertion } from "../assertions/assertion.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";

/** What was chosen in this run: a run restores one recovery point, however often it is taken up. */
export async function recoveryPointChosen({ run }: RecoveryContext): Promise<string | undefined> {
  const { recoveryPoint, start } = run();
  return (
    recoveryPoint && `${recoveryPoint.arn} of ${ageText(recoveryPoint.createdAt, new Date(start.declaredAt))}`
  );
}

/**
 * What was seen before the primary was closed is what people have agreed to lose. Only a point that is named may be older.
 *
 * @throws StepFailed
 */
function refuseOlder(
  seen: { readonly arn: string; readonly createdAt: string } | undefined,
  found: { readonly arn: string; readonly createdAt: Date },
): void {
  if (seen === undefined || found.createdAt.getTime() >= Date.parse(seen.createdAt)) return;
  throw new StepFailed(
    `the newest that can be restored now is ${found.arn} of ${formatTime(found.createdAt)}, older than ${seen.arn} of ${formatTime(new Date(seen.createdAt))}, which could be restored when this run began`,
    "nothing was restored, and no file was written",
    [
      `# see what became of ${seen.arn}; to restore the older one all the same, add --recovery-point ${found.arn}`,
    ],
  );
}

/** That the journal says what is restored; the database that is made from it is the next step's claim. */
export const pointWrittenDown: Assertion = async ({ run }) =>
  run().recoveryPoint === undefined ? "no recovery point is written down in this run" : undefined;

/** Chooses, and writes down what was chosen before anything is restored. */
export async function chooseRecoveryPoint(context: RecoveryContext, choice: PointChoice): Promise<string> {
  const subject = await context.subject();
  const { arn, createdAt, engineVersion, storageGiB } = await choosePoint(
    subject,
    context.standby,
    choice,
    context.now(),
  );
  const { start } = context.run();
  if (choice.arn === undefined) refuseOlder(start.seen, { arn, createdAt });
  const declaredAt = new Date(start.declaredAt);
  const problem = await context.journal.record({
    event: "recovery-point-chosen",
    arn,
    createdAt: createdAt.toISOString(),
    engineVersion,
    ...(storageGiB !== undefined && { storageGiB }),
  });
  if (problem !== undefined) context.tell(problem);
  const { target } = subject.objectives.rpo;
  const lost = minutesBetween(createdAt, declaredAt);
  if (lost > target.minutes)
    context.tell(
      `WARNING: the data of ${formatAge(lost)} is lost, more than the RPO of ${formatAge(target.minutes)}`,
    );
  return `${arn} of ${ageText(createdAt, declaredAt)}`;
}
