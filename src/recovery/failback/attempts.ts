import type { BackupJob } from "../../aws/data.ts";
import { StepFailed } from "../steps/step.ts";

/** Work that AWS Backup does, and how it is told to. */
interface Work {
  /** `the backup of <arn>`. */
  readonly what: string;
  /** Jobs of this kind since the run began. */
  readonly jobs: () => Promise<readonly BackupJob[]>;
  /** The command that shows a job, without its id. */
  readonly describe: string;
  /** @param attempt number of it, for the idempotency token */
  readonly start: (attempt: number) => Promise<void>;
}

const ENDED_BADLY: ReadonlySet<string> = new Set(["ABORTED", "EXPIRED", "FAILED", "PARTIAL"]);

/**
 * Starts a job once, and tells how it goes whenever it is asked.
 *
 * AWS Backup answers a token that it has seen with success, and does nothing: a job that has failed does not start again
 * (T65). The token is numbered by how many have failed.
 *
 * @throws StepFailed when a job fails; the next call of `attempts` starts another one
 */
export function attempts({ what, jobs, describe, start }: Work): () => Promise<string> {
  let failedBefore: number | undefined;
  return async () => {
    const newestFirst = (await jobs()).toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    const failed = newestFirst.filter(({ state }) => ENDED_BADLY.has(state));
    failedBefore ??= failed.length;
    const [last] = failed;
    if (last !== undefined && failed.length > failedBefore)
      throw new StepFailed(
        `${what} is ${last.state}, job ${last.id}: ${last.message ?? "AWS Backup gives no reason"}`,
        "users are served; the database is not protected in the other region yet",
        ["# correct what the job names; the next attempt is a new job", `${describe} ${last.id}`],
      );
    const open = newestFirst.find(({ state }) => state !== "COMPLETED" && !ENDED_BADLY.has(state));
    if (open !== undefined) return `${what} is ${open.state}, job ${open.id}`;
    await start(failed.length + 1);
    return `${what} is asked for${failed.length === 0 ? "" : `, attempt ${failed.length + 1}`}`;
  };
}
