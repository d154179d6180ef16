import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { readJson } from "../../gateway/input.ts";
import { parameter, type Actions } from "./actions.ts";
import type { BackupContext, RegionState } from "./state.ts";

const tagInput = z.object({ Tags: z.record(z.string(), z.string()) });
const untagInput = z.object({ TagKeyList: z.array(z.string()) });

/** Tags of vaults, plans, recovery points and restore testing plans, by ARN. */
export function tagActions(context: BackupContext): Actions {
  const tagged = (call: Call): [RegionState, string] => [
    context.regions.in(call.region),
    parameter(call, "resourceArn"),
  ];
  return {
    ListTags(call) {
      const [state, arn] = tagged(call);
      return { Tags: state.tags.get(arn) ?? {} };
    },
    async TagResource(call) {
      const [state, arn] = tagged(call);
      const { Tags } = await readJson(call, tagInput);
      state.tags.set(arn, { ...state.tags.get(arn), ...Tags });
    },
    async UntagResource(call) {
      const [state, arn] = tagged(call);
      const { TagKeyList } = await readJson(call, untagInput);
      const kept = Object.entries(state.tags.get(arn) ?? {}).filter(([key]) => !TagKeyList.includes(key));
      state.tags.set(arn, Object.fromEntries(kept));
    },
  };
}
