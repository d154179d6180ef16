import { z } from "zod";
import type { Call } from "../gateway/call.ts";
import type { Emulation, World } from "../gateway/emulation.ts";
import { readJson } from "../gateway/input.ts";
import { AwsError, jsonReply } from "../gateway/reply.ts";
import { NotificationBook, notificationSchema, subscriberSchema } from "./budget-notifications.ts";

const tagSchema = z.object({ Key: z.string(), Value: z.string() });
const budgetKey = z.object({ AccountId: z.string(), BudgetName: z.string() });
const onNotification = budgetKey.extend({ Notification: notificationSchema });
const tagTarget = z.object({ ResourceARN: z.string() });
const creation = z.object({
  AccountId: z.string(),
  Budget: z.looseObject({ BudgetName: z.string() }),
  NotificationsWithSubscribers: z
    .array(z.object({ Notification: notificationSchema, Subscribers: z.array(subscriberSchema) }))
    .default([]),
  ResourceTags: z.array(tagSchema).default([]),
});

/**
 * moto keeps a budget's notifications but cannot tell their subscribers, has no tags, and changes neither a budget nor
 * a notification. It answers all of these with a server error, which the provider retries for more than five minutes.
 */
export function budgets(world: World): Emulation[] {
  const book = new NotificationBook();
  const tagsByArn = new Map<string, Record<string, string>>();
  const arnOf = (name: string) => `arn:aws:budgets::${world.account}:budget/${name}`;
  const addTags = (arn: string, tags: readonly z.output<typeof tagSchema>[]) =>
    tagsByArn.set(arn, {
      ...tagsByArn.get(arn),
      ...Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    });

  const moto = async (action: string, input: unknown) => {
    const reply = await world.moto.request({
      service: "budgets",
      region: "us-east-1",
      method: "POST",
      path: "/",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSBudgetServiceGateway.${action}`,
      },
      body: JSON.stringify(input),
    });
    if (reply.status !== 200) {
      throw new AwsError("NotFoundException", `Unable to find the budget or notification for ${action}.`);
    }
  };

  const answers: Readonly<Record<string, (call: Call) => Promise<unknown>>> = {
    async DescribeSubscribersForNotification(call) {
      const { BudgetName, Notification } = await readJson(call, onNotification);
      return { Subscribers: book.find(BudgetName, Notification).subscribers };
    },
    async CreateSubscriber(call) {
      const input = await readJson(call, onNotification.extend({ Subscriber: subscriberSchema }));
      const { subscribers } = book.find(input.BudgetName, input.Notification);
      book.put(input.BudgetName, input.Notification, [...subscribers, input.Subscriber]);
      return {};
    },
    async UpdateSubscriber(call) {
      const input = await readJson(
        call,
        onNotification.extend({ OldSubscriber: subscriberSchema, NewSubscriber: subscriberSchema }),
      );
      const { subscribers } = book.find(input.BudgetName, input.Notification);
      const others = subscribers.filter(({ Address }) => Address !== input.OldSubscriber.Address);
      book.put(input.BudgetName, input.Notification, [...others, input.NewSubscriber]);
      return {};
    },
    async DeleteSubscriber(call) {
      const input = await readJson(call, onNotification.extend({ Subscriber: subscriberSchema }));
      const { subscribers } = book.find(input.BudgetName, input.Notification);
      book.put(
        input.BudgetName,
        input.Notification,
        subscribers.filter(({ Address }) => Address !== input.Subscriber.Address),
      );
      return {};
    },
    async UpdateNotification(call) {
      const input = await readJson(
        call,
        budgetKey.extend({ OldNotification: notificationSchema, NewNotification: notificationSchema }),
      );
      const { AccountId, BudgetName } = input;
      const old = book.find(BudgetName, input.OldNotification);
      await moto("DeleteNotification", { AccountId, BudgetName, Notification: old.notification });
      await moto("CreateNotification", {
        AccountId,
        BudgetName,
        Notification: input.NewNotification,
        Subscribers: old.subscribers,
      });
      book.remove(BudgetName, old.notification);
      book.put(BudgetName, input.NewNotification, old.subscribers);
      return {};
    },
    async UpdateBudget(call) {
      const input = await readJson(
        call,
        z.object({ AccountId: z.string(), NewBudget: z.looseObject({ BudgetName: z.string() }) }),
      );
      const { AccountId, NewBudget } = input;
      await moto("DeleteBudget", { AccountId, BudgetName: NewBudget.BudgetName });
      const kept = book.of(NewBudget.BudgetName).map(({ notification, subscribers }) => ({
        Notification: notification,
        Subscribers: subscribers,
      }));
      await moto("CreateBudget", { AccountId, Budget: NewBudget, NotificationsWithSubscribers: kept });
      return {};
    },
    async ListTagsForResource(call) {
      const { ResourceARN } = await readJson(call, tagTarget);
      const tags = Object.entries(tagsByArn.get(ResourceARN) ?? {});
      return { ResourceTags: tags.map(([Key, Value]) => ({ Key, Value })) };
    },
    async TagResource(call) {
      const input = await readJson(call, tagTarget.extend({ ResourceTags: z.array(tagSchema) }));
      addTags(input.ResourceARN, input.ResourceTags);
      return {};
    },
    async UntagResource(call) {
      const input = await readJson(call, tagTarget.extend({ ResourceTagKeys: z.array(z.string()) }));
      const kept = Object.entries(tagsByArn.get(input.ResourceARN) ?? {}).filter(
        ([key]) => !input.ResourceTagKeys.includes(key),
      );
      tagsByArn.set(input.ResourceARN, Object.fromEntries(kept));
      return {};
    },
  };

  const observers: Readonly<Record<string, (call: Call) => Promise<void>>> = {
    async CreateBudget(call) {
      const input = await readJson(call, creation);
      const { BudgetName } = input.Budget;
      input.NotificationsWithSubscribers.forEach(({ Notification, Subscribers }) =>
        book.put(BudgetName, Notification, Subscribers),
      );
      addTags(arnOf(BudgetName), input.ResourceTags);
    },
    async DeleteBudget(call) {
      const { BudgetName } = await readJson(call, budgetKey);
      book.removeAll(BudgetName);
      tagsByArn.delete(arnOf(BudgetName));
    },
    async CreateNotification(call) {
      const input = await readJson(call, onNotification.extend({ Subscribers: z.array(subscriberSchema) }));
      book.put(input.BudgetName, input.Notification, input.Subscribers);
    },
    async DeleteNotification(call) {
      const { BudgetName, Notification } = await readJson(call, onNotification);
      book.remove(BudgetName, Notification);
    },
  };

  return [
    {
      service: "budgets",
      handles: (call) => Object.hasOwn(answers, call.action),
      async handle(call) {
        const answer = answers[call.action];
        return answer === undefined ? "pass" : jsonReply(await answer(call));
      },
      async observe(call, { status }) {
        if (status === 200) {
          await observers[call.action]?.(call);
        }
      },
    },
  ];
}
