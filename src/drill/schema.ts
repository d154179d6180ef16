import { z } from "zod";
import { recoveryPointSchema } from "../activation/schema.ts";
import { section } from "../config/fields.ts";

/** What a drill asks a synthesis for, beside the stacks of the files. */
export const drillSchema = section({
  of: z.string().describe("name of the standby that is copied"),
  recoveryPoint: recoveryPointSchema
    .optional()
    .describe("what the copy's database is restored from; not needed to remove a copy"),
}).describe("a copy of a standby that lives for one drill");

/** A drill's request. */
export type DrillConfig = z.output<typeof drillSchema>;
