import { z } from "zod";
import type { PlannedChange } from "./terraform.ts";

const planSchema = z.looseObject({
  resource_changes: z
    .array(
      z.looseObject({
        address: z.string(),
        type: z.string(),
        change: z.looseObject({ actions: z.array(z.string()), importing: z.unknown().optional() }),
      }),
    )
    .default([]),
});

/** Addresses that a plan changes; what is only read or forgotten in passing is none. */
export function changesOf(json: unknown): readonly PlannedChange[] {
  return planSchema
    .parse(json)
    .resource_changes.flatMap(({ address, type, change: { actions: planned, importing } }) => {
      const isImported = importing !== undefined && importing !== null;
      const changing = planned.filter((action) => action !== "no-op" && action !== "read");
      const actions = isImported ? ["import", ...changing] : planned;
      return changing.length === 0 && !isImported ? [] : [{ address, type, actions }];
    });
}
