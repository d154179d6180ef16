import type { Snapshot } from "../../aws/data.ts";
import { AwsFailure } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
import { snapshotContradiction } from "../assertions/return.ts";
import { identifierOf } from "../../database/source.ts";
import { stuckRemedy, takesSnapshots } from "../database-status.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import { type Sight, waitFor } from "../steps/wait.ts";
import type { Subject } from "../subject.ts";
import { formatTime } from "../time.ts";
import type { Run } from "../journal/run.ts";
import { fencedAt } from "./writes.ts";

const EVERY_MS = 15_000;
/** A copy has no end by itself (T17); a day is no slow copy any more. */
const LONGEST_MINUTES = 24 * 60;
/** A second zone for a large volume takes hours. */
const LONGEST_BUSY_MINUTES = 6 * 60;

/**
 * Name of the last snapshot of the standby, and of its copy; the same for as long as a run is taken up again.
 *
 * After another fence it is another one: between the two fences somebody may have written, and nothing that was made from the
 * earlier snapshot may be taken for what has those writes.
 */
function nameOf({ standby }: Subject, run: Run): string {
  const runId = run.start.runId.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const fence = fencedAt(run)?.toISOString().slice(11, 19).replaceAll(":", "");
  return [standby.names.of("failback"), runId, ...(fence === undefined ? [] : [fence])].join("-");
}

const arnOf = ({ project }: Subject, region: string, name: string): string =>
  `arn:aws:rds:${region}:${project.accountId}:snapshot:${name}`;

/** Takes the last recovery point of the standby's database, with every write that was made before the fence. */
export async function takeRecoveryPoint(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  const subject = await context.subject();
  const { standby: spec } = subject;
  const { standby: aws } = context;
  const identifier = identifierOf(spec.names, spec.recoveryPoint);
  const name = nameOf(subject, context.run());
  const arn = arnOf(subject, spec.region, name);
  await beginSnapshot(context, identifier, { name, arn });
  await awaitSnapshot(context, aws, arn, expectedMinutes);
  return `${arn} of ${identifier}`;
}

/** RDS begins one only of an instance that nothing else is being done to: a backup, a second zone, a modification (T64). */
async function beginSnapshot(
  context: RecoveryContext,
  identifier: string,
  { name, arn }: { readonly name: string; readonly arn: string },
): Promise<void> {
  const { standby: aws } = context;
  const look = `aws rds describe-db-instances --region ${aws.region} --db-instance-identifier ${identifier} --query "DBInstances[].DBInstanceStatus" --output text`;
  await waitFor(context, {
    what: `until RDS takes a snapshot of ${identifier}`,
    expectedMinutes: undefined,
    longestMinutes: LONGEST_BUSY_MINUTES,
    everyMs: EVERY_MS,
    next: ["# see what RDS does with it; nobody is served meanwhile", look],
    probe: async (): Promise<Sight> => {
      if ((await aws.snapshot(arn)) !== undefined) return { done: true, evidence: "it is begun" };
      const status = (await aws.database(identifier))?.status ?? "gone";
      const remedy = status === "gone" ? "its data can't be taken along" : stuckRemedy(status);
      if (remedy !== undefined)
        throw new StepFailed(
          `${identifier} is ${status}: RDS takes no snapshot of it`,
          "both sides are closed, and nothing was copied",
          [`# ${remedy}`, look],
        );
      if (!takesSnapshots(status)) return { done: false, progress: `it is ${status}` };
      try {
        await aws.takeSnapshot(identifier, name);
      } catch (error) {
        // It has changed since it was asked.
        if (error instanceof AwsFailure && error.kind === "busy")
          return { done: false, progress: error.reason };
        throw error;
      }
      return { done: true, evidence: "it is begun" };
    },
  });
}

/** Copies it into the primary's region, under the primary's key, and writes down what will be restored. */
export async function copyRecoveryPoint(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  const subject = await context.subject();
  const { standby, primary } = subject;
  const { primary: aws } = context;
  const name = nameOf(subject, context.run());
  const arn = arnOf(subject, primary.region, name);
  if ((await aws.snapshot(arn)) === undefined)
    await aws.copySnapshot(arnOf(subject, standby.region, name), name, `alias/${primary.names.of("data")}`);
  const { createdAt, engineVersion, storageGiB } = await awaitSnapshot(context, aws, arn, expectedMinutes);
  const problem = await context.journal.record({
    event: "recovery-point-chosen",
    arn,
    createdAt: createdAt.toISOString(),
    engineVersion,
    ...(storageGiB > 0 && { storageGiB }),
  });
  if (problem !== undefined) context.tell(problem);
  return `${arn} with the data of ${formatTime(createdAt)}`;
}

/** That the last recovery point of the standby is there. */
export async function pointTaken(context: RecoveryContext): Promise<string | undefined> {
  const subject = await context.subject();
  const arn = arnOf(subject, subject.standby.region, nameOf(subject, context.run()));
  return snapshotContradiction(arn, await context.standby.snapshot(arn));
}

/** That its copy is there, and is what this run restores. */
export async function pointCopied(context: RecoveryContext): Promise<string | undefined> {
  const subject = await context.subject();
  const arn = arnOf(subject, subject.primary.region, nameOf(subject, context.run()));
  const chosen = context.run().recoveryPoint?.arn;
  if (chosen !== arn) return `this run restores ${chosen ?? "nothing"}, and not ${arn}`;
  return snapshotContradiction(arn, await context.primary.snapshot(arn));
}

async function awaitSnapshot(
  context: RecoveryContext,
  aws: RegionalAws,
  arn: string,
  expectedMinutes: number | undefined,
): Promise<Snapshot> {
  const look = `aws rds describe-db-snapshots --region ${aws.region} --db-snapshot-identifier ${arn}`;
  await waitFor(context, {
    what: `for ${arn}`,
    expectedMinutes,
    longestMinutes: LONGEST_MINUTES,
    everyMs: EVERY_MS,
    next: ["# read what RDS says of it", look],
    probe: async () => {
      const status = (await aws.snapshot(arn))?.status ?? "not listed yet";
      if (status === "failed")
        throw new StepFailed(`${arn} failed`, "the databases are as they were", [
          "# delete it, and go on: it is made again",
          `aws rds delete-db-snapshot --region ${aws.region} --db-snapshot-identifier ${arn.split(":").at(-1) ?? ""}`,
        ]);
      return status === "available"
        ? { done: true, evidence: "available" }
        : { done: false, progress: `it is ${status}` };
    },
  });
  const snapshot = await aws.snapshot(arn);
  if (snapshot === undefined)
    throw new StepFailed(`${arn} is gone`, "the databases are as they were", [look]);
  return snapshot;
}
