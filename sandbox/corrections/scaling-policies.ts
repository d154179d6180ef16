import type { Emulation } from "../gateway/emulation.ts";
import { readReply } from "../gateway/reply.ts";

/** An empty one, in each form that XML has for it. */
const NOT_PREDICTIVE =
  /<PredictiveScalingConfiguration\s*\/>|<PredictiveScalingConfiguration>\s*(?:<MetricSpecifications\s*\/>\s*)?<\/PredictiveScalingConfiguration>/g;

/**
 * moto says of every policy of an Auto Scaling group that it is predictive as well, and of none that it is on: each plan
 * would want to change both.
 */
export const scalingPolicies = (): Emulation[] => [
  {
    service: "autoscaling",
    handles: ({ action }) => action === "DescribePolicies",
    async handle(_, forward) {
      const { reply, text } = await readReply(await forward());
      const corrected = text
        .replaceAll(NOT_PREDICTIVE, "")
        .replaceAll("</PolicyName>", "</PolicyName><Enabled>true</Enabled>");
      return reply.status === 200 ? { ...reply, body: corrected } : reply;
    },
  },
];
