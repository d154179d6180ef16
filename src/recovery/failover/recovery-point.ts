import { formatAge, minutesBetween } from "../time.ts";
import { ageText, choosePoint, type PointChoice } from "../steps/choose-recovery-point.ts";
import type { RecoveryContext } from "../steps/step.ts";

/** What was chosen in this run: a run restores one recovery point, however often it is taken up. */
export async function recoveryPointChosen({ run }: RecoveryContext): Promise<string | undefined> {
  const { recoveryPoint, start } = run();
  return (
    recoveryPoint && `${recoveryPoint.arn} of ${ageText(recoveryPoint.createdAt, new Date(start.declaredAt))}`
  );
}

/** Chooses, and writes down what was chosen before anything is restored. */
export async function chooseRecoveryPoint(context: RecoveryContext, choice: PointChoice): Promise<string> {
  const subject = await context.subject();
  const { arn, createdAt, engineVersion } = await choosePoint(
    subject,
    context.standby,
    choice,
    context.now(),
  );
  const { start } = context.run();
  const declaredAt = new Date(start.declaredAt);
  const problem = await context.journal.record({
    event: "recovery-point-chosen",
    arn,
    createdAt: createdAt.toISOString(),
    engineVersion,
  });
  if (problem !== undefined) context.tell(`the journal is on this machine only for now: ${problem}`);
  const { target } = subject.objectives.rpo;
  const lost = minutesBetween(createdAt, declaredAt);
  if (lost > target.minutes)
    context.tell(
      `WARNING: the data of ${formatAge(lost)} is lost, more than the RPO of ${formatAge(target.minutes)}`,
    );
  return `${arn} of ${ageText(createdAt, declaredAt)}`;
}
