import { z } from "zod";
import type { Call } from "../gateway/call.ts";
import type { Emulation } from "../gateway/emulation.ts";
import { readJson } from "../gateway/input.ts";
import { jsonReply, readReply, type Reply } from "../gateway/reply.ts";

const tags = z.record(z.string(), z.string());
const resource = z.object({ ResourceARN: z.string() });
const registration = z.object({ Tags: tags.default({}) });
const registered = z.object({ ScalableTargetARN: z.string() });

/**
 * moto has no tag operations for Application Auto Scaling and answers them with a server error, which the provider
 * retries for minutes after every scalable target. It forgets the tags that come with a target, too.
 */
export function applicationAutoscalingTags(): Emulation[] {
  const tagsByArn = new Map<string, Record<string, string>>();
  const add = (arn: string, added: Record<string, string>) =>
    tagsByArn.set(arn, { ...tagsByArn.get(arn), ...added });

  const answers: Readonly<Record<string, (call: Call, forward: () => Promise<Reply>) => Promise<Reply>>> = {
    async RegisterScalableTarget(call, forward) {
      const input = await readJson(call, registration);
      const { reply, text } = await readReply(await forward());
      const target = registered.safeParse(JSON.parse(text));
      if (reply.status === 200 && target.success) {
        add(target.data.ScalableTargetARN, input.Tags);
      }
      return reply;
    },
    async ListTagsForResource(call) {
      const { ResourceARN } = await readJson(call, resource);
      return jsonReply({ Tags: tagsByArn.get(ResourceARN) ?? {} });
    },
    async TagResource(call) {
      const { ResourceARN, Tags } = await readJson(call, resource.extend({ Tags: tags }));
      add(ResourceARN, Tags);
      return jsonReply({});
    },
    async UntagResource(call) {
      const input = await readJson(call, resource.extend({ TagKeys: z.array(z.string()) }));
      const kept = Object.entries(tagsByArn.get(input.ResourceARN) ?? {});
      tagsByArn.set(
        input.ResourceARN,
        Object.fromEntries(kept.filter(([key]) => !input.TagKeys.includes(key))),
      );
      return jsonReply({});
    },
  };
  return [
    {
      service: "application-autoscaling",
      handles: (call) => Object.hasOwn(answers, call.action),
      handle: async (call, forward) => (await answers[call.action]?.(call, forward)) ?? "pass",
    },
  ];
}
