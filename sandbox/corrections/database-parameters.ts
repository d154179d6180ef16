import type { Emulation } from "../gateway/emulation.ts";
import { readForm } from "../gateway/input.ts";
import { readReply } from "../gateway/reply.ts";

/** What RDS says of each parameter that somebody has set. */
const OF_USER = "<Source>user</Source><IsModifiable>true</IsModifiable>";

/**
 * moto knows the parameters that were set and nothing of the engine's own, but does not say so: without `Source` the
 * provider takes a parameter for the engine's, and wants to set it with every plan.
 */
export const databaseParameters = (): Emulation[] => [
  {
    service: "rds",
    handles: ({ action }) => action === "DescribeDBParameters",
    async handle(call, forward) {
      const { reply, text } = await readReply(await forward());
      const source = (await readForm(call)).get("Source") ?? "user";
      const answer =
        source === "user"
          ? text.replaceAll("</Parameter>", `${OF_USER}</Parameter>`)
          : text.replaceAll(/<Parameter>.*?<\/Parameter>/gs, "");
      return reply.status === 200 ? { ...reply, body: answer } : reply;
    },
  },
];
