import { CeCostAllocationTag } from "@cdktf/provider-aws/lib/ce-cost-allocation-tag/index.js";
import { Construct } from "constructs";
import type { CostAllocationTag } from "./schema.ts";

interface CostAllocationTagsProps {
  readonly config: readonly CostAllocationTag[];
}

/** Makes tags known to billing, for the whole account; without them a budget by tag counts nothing (T31). */
export class CostAllocationTags extends Construct {
  constructor(scope: Construct, id: string, { config }: CostAllocationTagsProps) {
    super(scope, id);
    for (const tag of config) new CeCostAllocationTag(this, tag, { tagKey: tag, status: "Active" });
  }
}
