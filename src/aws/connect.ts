import { setMaxListeners } from "node:events";
import process from "node:process";
import { callerQuestion } from "./live/caller.ts";
import { dataQuestions } from "./live/data.ts";
import { dnsQuestions } from "./live/dns.ts";
import { existing } from "./live/existing.ts";
import { fencing } from "./live/fencing.ts";
import { inventory } from "./live/inventory.ts";
import { news } from "./live/news.ts";
import { nodeQuestions } from "./live/nodes.ts";
import { objectQuestions } from "./live/objects.ts";
import { quotaQuestions } from "./live/quotas.ts";
import { safekeeping } from "./live/safekeeping.ts";
import { servingQuestions } from "./live/serving.ts";
import type { Aws, RegionalAws } from "./port.ts";
import type { Patience } from "./sdk-calls.ts";

/** Route 53's control plane (T36). */
const DNS_REGION = "us-east-1";

/** A region that is gone costs seconds, twice: readiness has 20 for everything. */
const PATIENCE = { connectionTimeoutMs: 2000, replyTimeoutMs: 5000, maxAttempts: 2 };

/**
 * The real AWS, as the environment's credentials reach it.
 *
 * The SDK is loaded here and not before: commands that ask nothing start without it.
 */
export async function connect(patience: Pick<Patience, "signal"> & Partial<Patience>): Promise<Aws> {
  // What Node to use is settled in package.json; an on-call engineer is to read the answer, not this.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const [
    { sdkOf },
    { fencingSdkOf },
    { safekeepingSdkOf },
    { inventorySdkOf },
    { newsSdkOf },
    { existingSdkOf },
  ] = await Promise.all([
    import("./sdk.ts"),
    import("./sdk-fencing.ts"),
    import("./sdk-safekeeping.ts"),
    import("./sdk-inventory.ts"),
    import("./sdk-news.ts"),
    import("./sdk-existing.ts"),
  ]);
  // Every open question listens to it.
  setMaxListeners(0, patience.signal);
  const regions = new Map<string, RegionalAws>();
  const full = { ...PATIENCE, ...patience };
  return {
    in(region) {
      const known = regions.get(region) ?? regional(region);
      regions.set(region, known);
      return known;
    },
    dns: dnsQuestions(sdkOf(DNS_REGION, full)),
  };

  function regional(region: string): RegionalAws {
    const sdk = sdkOf(region, full);
    return {
      region,
      ...callerQuestion(sdk),
      ...dataQuestions(sdk),
      ...servingQuestions(sdk),
      ...nodeQuestions(sdk),
      ...quotaQuestions(sdk),
      ...objectQuestions(sdk),
      ...fencing(fencingSdkOf(region, full)),
      ...safekeeping(safekeepingSdkOf(region, full)),
      ...inventory(inventorySdkOf(region, full)),
      ...news(newsSdkOf(region, full)),
      ...existing(existingSdkOf(region, full)),
    };
  }
}
