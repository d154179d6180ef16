import { Resolver } from "node:dns/promises";
import type { NameLookup } from "./lookup.ts";

const NO_SUCH_NAME: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA"]);

/** Over the network. A name that does not exist has no addresses; a resolver that is silent is an error. */
export const liveLookup: NameLookup = {
  async addresses(name) {
    try {
      const answers = await new Resolver({ timeout: 3000, tries: 2 }).resolve4(name, { ttl: true });
      return {
        addresses: answers.map(({ address }) => address),
        ttlSeconds: Math.max(0, ...answers.map(({ ttl }) => ttl)),
      };
    } catch (error) {
      if (error instanceof Error && "code" in error && NO_SUCH_NAME.has(String(error.code)))
        return { addresses: [], ttlSeconds: 0 };
      throw error;
    }
  },
};
