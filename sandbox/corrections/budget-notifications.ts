import { z } from "zod";
import { AwsError } from "../gateway/reply.ts";

export const notificationSchema = z.looseObject({
  NotificationType: z.string(),
  ComparisonOperator: z.string(),
  Threshold: z.number(),
  ThresholdType: z.string().optional(),
});
export const subscriberSchema = z.object({ SubscriptionType: z.string(), Address: z.string() });

type Notification = z.output<typeof notificationSchema>;
type Subscriber = z.output<typeof subscriberSchema>;

interface Entry {
  readonly notification: Notification;
  readonly subscribers: readonly Subscriber[];
}

/** Budgets has no identifier for a notification: these fields together are it. */
const keyOf = (notification: Notification): string =>
  [
    notification.NotificationType,
    notification.ComparisonOperator,
    notification.Threshold,
    notification.ThresholdType ?? "PERCENTAGE",
  ].join("|");

/** Who is told about what, for each budget. */
export class NotificationBook {
  private readonly budgets = new Map<string, Map<string, Entry>>();

  of(budget: string): Entry[] {
    return [...(this.budgets.get(budget)?.values() ?? [])];
  }

  find(budget: string, notification: Notification): Entry {
    const entry = this.budgets.get(budget)?.get(keyOf(notification));
    if (entry === undefined) {
      throw new AwsError("NotFoundException", "Unable to get subscribers - the notification doesn't exist.");
    }
    return entry;
  }

  put(budget: string, notification: Notification, subscribers: readonly Subscriber[]): void {
    const entries = this.budgets.get(budget) ?? new Map<string, Entry>();
    entries.set(keyOf(notification), { notification, subscribers });
    this.budgets.set(budget, entries);
  }

  remove(budget: string, notification: Notification): void {
    this.budgets.get(budget)?.delete(keyOf(notification));
  }

  removeAll(budget: string): void {
    this.budgets.delete(budget);
  }
}
