import { publish } from "../events/deliver.ts";
import { putMetric } from "./metrics.ts";
import type { BackupContext } from "./state.ts";

export type JobKind = "Backup" | "Copy" | "Restore";

/**
 * Tells the world that a job has a new state: EventBridge, CloudWatch, and the topic that the vault names. CloudWatch
 * counts a copy by the vault that it goes to (https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html),
 * in the region that runs it.
 */
export async function tellOf(
  context: BackupContext,
  region: string,
  kind: JobKind,
  job: object,
  vaultName: string,
  countedBy = vaultName,
): Promise<void> {
  const state = String(Reflect.get(job, kind === "Restore" ? "Status" : "State"));
  const detail = camelCase(job);
  await context.events.put(region, {
    source: "aws.backup",
    "detail-type": `${kind} Job State Change`,
    resources: [Reflect.get(job, "RecoveryPointArn"), Reflect.get(job, "ResourceArn")].filter(
      (arn): arn is string => typeof arn === "string",
    ),
    detail,
  });
  await putMetric(context, region, `NumberOf${kind}Jobs${capitalised(state)}`, countedBy);
  const { notifications } = context.regions.in(region).vaults.get(vaultName) ?? {};
  const event = EVENT_NAMES[`${kind} ${state}`];
  if (notifications !== undefined && event !== undefined && notifications.events.includes(event)) {
    await publish(context.world, region, notifications.topicArn, JSON.stringify({ event, ...detail }));
  }
}

/** Events that a vault can be told to publish. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  "Backup CREATED": "BACKUP_JOB_STARTED",
  "Backup COMPLETED": "BACKUP_JOB_COMPLETED",
  "Backup FAILED": "BACKUP_JOB_FAILED",
  "Backup EXPIRED": "BACKUP_JOB_EXPIRED",
  "Copy CREATED": "COPY_JOB_STARTED",
  "Copy COMPLETED": "COPY_JOB_SUCCESSFUL",
  "Copy FAILED": "COPY_JOB_FAILED",
  "Restore PENDING": "RESTORE_JOB_STARTED",
  "Restore COMPLETED": "RESTORE_JOB_COMPLETED",
  "Restore FAILED": "RESTORE_JOB_FAILED",
};

const camelCase = (job: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(job).map(([name, value]: [string, unknown]) => [
      name.slice(0, 1).toLowerCase() + name.slice(1),
      value,
    ]),
  );

const capitalised = (state: string): string => state.slice(0, 1) + state.slice(1).toLowerCase();
