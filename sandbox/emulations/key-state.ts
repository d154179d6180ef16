import { z } from "zod";
import type { Emulation, World } from "../gateway/emulation.ts";
import { readJson } from "../gateway/input.ts";
import { readReply } from "../gateway/reply.ts";
import { findKey, motoReply } from "./keys.ts";

const CHANGES = new Set(["DisableKey", "EnableKey", "ScheduleKeyDeletion", "CancelKeyDeletion"]);
const input = z.looseObject({ KeyId: z.string(), PendingWindowInDays: z.number().default(30) });

/** moto says when the key goes, and not what it is until then. */
const scheduled = (text: string, PendingWindowInDays: number): string =>
  JSON.stringify({
    ...z.looseObject({}).parse(JSON.parse(text)),
    KeyState: "PendingDeletion",
    PendingWindowInDays,
  });

/**
 * Changes of a key's state. moto looks keys up by id only and answers an ARN, which AWS takes as well, with a server
 * error that clients retry. Who uses a key learns here that it can't any more.
 */
export const keyState = (world: World, lost: (keyArn: string) => void): Emulation => ({
  service: "kms",
  handles: ({ action }) => CHANGES.has(action),
  async handle(call) {
    const asked = await readJson(call, input);
    const key = await findKey(world, call.region, asked.KeyId);
    if (key === undefined) {
      return "pass";
    }
    const KeyId = key.arn.slice(key.arn.lastIndexOf("/") + 1);
    const target = String(call.headers["x-amz-target"]);
    const { reply, text } = await readReply(
      await motoReply(world, call.region, "kms", target, { ...asked, KeyId }),
    );
    const after = await findKey(world, call.region, KeyId);
    if (after?.isUsable === false) {
      lost(key.arn);
    }
    return call.action === "ScheduleKeyDeletion" && reply.status === 200
      ? { ...reply, body: scheduled(text, asked.PendingWindowInDays) }
      : reply;
  },
});
