import { z } from "zod";
import type { Emulation } from "../../gateway/emulation.ts";
import { readJson } from "../../gateway/input.ts";
import { jsonReply } from "../../gateway/reply.ts";
import type { BackupContext } from "./state.ts";

const request = z.object({
  ResourceTypeFilters: z.array(z.string()).default([]),
  TagFilters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).default([]) })).default([]),
});

/** Vaults as the tagging service lists them; everything else is moto's. */
export const taggedVaults = ({ regions }: BackupContext): Emulation => ({
  service: "tagging",
  handles: ({ action }) => action === "GetResources",
  async handle(call) {
    const { ResourceTypeFilters, TagFilters } = await readJson(call, request);
    if (ResourceTypeFilters.join() !== "backup:backup-vault") return "pass";
    const state = regions.in(call.region);
    const tagged = [...state.vaults.values()].map(({ arn }) => ({ arn, tags: state.tags.get(arn) ?? {} }));
    const found = tagged.filter(({ tags }) =>
      TagFilters.every(
        ({ Key, Values }) => Key in tags && (Values.length === 0 || Values.includes(tags[Key] ?? "")),
      ),
    );
    return jsonReply({
      PaginationToken: "",
      ResourceTagMappingList: found.map(({ arn, tags }) => ({
        ResourceARN: arn,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
    });
  },
});
