import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { World } from "../../gateway/emulation.ts";
import type { BusEvent, EventBus, Target } from "./event-bus.ts";

/** Hands an event to one target. Policies of topics, queues and keys are not evaluated (T30 is not emulated). */
export async function deliver(
  world: World,
  bus: EventBus,
  region: string,
  target: Target,
  event: BusEvent,
): Promise<void> {
  const [, , service, targetRegion = region, account = "", name = ""] = target.Arn.split(":");
  const message = messageFor(target, event);
  if (service === "sns") {
    await publish(world, targetRegion, target.Arn, message);
  } else if (service === "sqs") {
    const sqs = new SQSClient(world.moto.client(targetRegion));
    await sqs
      .send(
        new SendMessageCommand({ QueueUrl: `${world.moto.url}/${account}/${name}`, MessageBody: message }),
      )
      .catch((error: unknown) => world.note(`event not delivered to ${target.Arn}: ${String(error)}`));
  } else if (service === "events" && targetRegion !== region) {
    await bus.put(targetRegion, event);
  } else {
    world.note(
      `event not delivered to ${target.Arn}: the sandbox delivers to SNS, SQS and buses of other regions`,
    );
  }
}

export async function publish(
  world: World,
  region: string,
  topicArn: string,
  message: string,
): Promise<void> {
  const reply = await world.moto.request({
    service: "sns",
    region,
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      Action: "Publish",
      Version: "2010-03-31",
      TopicArn: topicArn,
      Message: message,
    }).toString(),
  });
  if (reply.status >= 300) {
    world.note(`event not delivered to ${topicArn}: SNS answered ${reply.status}`);
  }
}

function messageFor(target: Target, event: BusEvent): string {
  if (target.Input !== undefined) {
    return target.Input;
  }
  if (target.InputTransformer === undefined) {
    return JSON.stringify(event);
  }
  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer;
  return InputTemplate.replaceAll(/<([\w.-]+)>/g, (whole, name: string) => {
    const path = InputPathsMap[name];
    const value = path === undefined ? undefined : at(event, path.replace(/^\$\.?/, "").split("."));
    return path === undefined ? whole : typeof value === "string" ? value : JSON.stringify(value ?? "");
  });
}

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (current, name) =>
      typeof current === "object" && current !== null ? Reflect.get(current, name) : undefined,
    value,
  );
