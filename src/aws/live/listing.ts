import type { ResourceNames } from "../inventory.ts";
import { allOf } from "./ask.ts";

/** A kind of resource, and how those of a name are listed. */
export interface Listing {
  readonly kind: string;
  readonly action: string;
  readonly list: (names: ResourceNames) => Promise<readonly string[]>;
}

/** A listing in pages; a resource may be known by several names. */
export const paged = <Page, Item>(
  kind: string,
  action: string,
  page: (names: ResourceNames, token: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  tokenOf: (page: Page) => string | undefined,
  namesOf: (item: Item) => readonly (string | undefined)[],
): Listing => ({
  kind,
  action,
  list: async (names) => {
    const items = await allOf((token) => page(names, token), itemsOf, tokenOf);
    return items.flatMap((item) => {
      const [name = "", ...others] = namesOf(item);
      return [name, ...others].some((one) => begins(one, names)) ? [name] : [];
    });
  },
});

/** `shop-dr-drill`, `alias/shop-dr-drill-data`, `arn:...:db:shop-dr-drill-database`; not `shop-dr-drills`. */
const begins = (name: string | undefined, { prefix }: ResourceNames): boolean =>
  name?.split(/[/:]/).some((part) => part === prefix || part.startsWith(`${prefix}-`)) ?? false;
