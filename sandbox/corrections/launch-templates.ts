import type { Emulation } from "../gateway/emulation.ts";
import { readReply } from "../gateway/reply.ts";

/** A tag specification of a launch template itself, which is no part of what it says about instances. */
const OF_TEMPLATE =
  /<item>\s*(?:<resourceType>launch-template<\/resourceType>\s*<tagSet>.*?<\/tagSet>|<tagSet>(?:(?!<resourceType>).)*?<\/tagSet>\s*<resourceType>launch-template<\/resourceType>)\s*<\/item>/gs;

/** moto mixes the tags of a launch template into its data, and every plan would want to take them out. */
export const launchTemplates = (): Emulation[] => [
  {
    service: "ec2",
    handles: ({ action }) => action === "DescribeLaunchTemplateVersions",
    async handle(_, forward) {
      const { reply, text } = await readReply(await forward());
      return { ...reply, body: text.replaceAll(OF_TEMPLATE, "") };
    },
  },
];
