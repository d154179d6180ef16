import { z } from "zod";

/** Arguments of a resource, as a plan or a state has them. */
export type Values = Readonly<Record<string, unknown>>;

/** Where a stack's resources are. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** An argument as text; undefined where it is not known yet, or is none. */
export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function port(values: Values, name: string): number | undefined {
  const value = values[name];
  return typeof value === "number" ? value : undefined;
}

/** Arguments joined to the id by which Terraform imports; undefined while one of them is not known. */
export function joined(values: Values, separator: string, ...names: readonly string[]): string | undefined {
  const parts = names.flatMap((name) => text(values, name) ?? []);
  return parts.length === names.length ? parts.join(separator) : undefined;
}

const tagged = z.looseObject({ tags_all: z.record(z.string(), z.string()) });

/** Tags that say whose a resource is; with its name, which one. */
const OWNERS = ["Project", "Environment", "Drill"];

/** Tags of a resource by which it is found: its owner's and its name; undefined where one of them is missing. */
export function identifyingTags(values: Values): Readonly<Record<string, string>> | undefined {
  const tags = tagged.safeParse(values).data?.tags_all ?? {};
  const isIdentified = ["Project", "Environment", "Name"].every((key) => tags[key] !== undefined);
  return isIdentified ? pick(tags, [...OWNERS, "Name"]) : undefined;
}

/** The owner that two resources don't share, as the first one's tags say; undefined where they belong together or say nothing. */
export function otherOwner(existing: Values, planned: Values): string | undefined {
  const has = pick(tagged.safeParse(existing).data?.tags_all ?? {}, OWNERS);
  const wants = pick(tagged.safeParse(planned).data?.tags_all ?? {}, OWNERS);
  const isOther = Object.entries(has).some(([key, value]) => wants[key] !== value);
  return isOther ? Object.values(has).join(" ") : undefined;
}

const pick = (tags: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const value = tags[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** The drill's copy that a resource belongs to. */
export const drillOf = (values: Values): string | undefined =>
  tagged.safeParse(values).data?.tags_all["Drill"];
