import { z } from "zod";

const values = z.record(z.string(), z.unknown());

/** A value in a block of configuration; what is not constant is only known while Terraform runs. */
const expression = z.looseObject({ constant_value: z.unknown().optional() });

const resourceChangeSchema = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  /** An object that an earlier apply had to leave behind. */
  deposed: z.string().optional(),
  /** Why Terraform replaces something: `replace_because_tainted` of what failed half-way. */
  action_reason: z.string().optional(),
  change: z.looseObject({
    actions: z.array(z.string()).min(1),
    before: values.nullable(),
    after: values.nullable(),
    importing: z.looseObject({ id: z.string().optional() }).nullish(),
  }),
});

/**
 * The part of `terraform show -json <plan>` that the guard reads.
 *
 * What it relies on is required: a plan in a form that it does not know is refused, not taken for one without changes.
 */
const planSchema = z.looseObject({
  format_version: z.string().regex(/^1\./),
  resource_changes: z.array(resourceChangeSchema).default([]),
  /** Terraform leaves it out where it says nothing. */
  errored: z.boolean().default(false),
  complete: z.boolean().default(true),
  deferred_changes: z.array(z.unknown()).default([]),
  action_invocations: z.array(z.unknown()).default([]),
  configuration: z.looseObject({
    provider_config: z
      .record(
        z.string(),
        z.looseObject({
          name: z.string(),
          expressions: z.record(z.string(), z.union([expression, z.array(z.unknown())])).default({}),
        }),
      )
      .default({}),
  }),
});

/** A plan as the guard reads it. */
export type GuardedPlan = z.output<typeof planSchema>;
/** One resource of a plan and what becomes of it. */
export type ResourceChange = z.output<typeof resourceChangeSchema>;

/** Reads a plan; undefined when it is none, or one in a form that nobody has checked. */
export const readPlan = (json: unknown): GuardedPlan | undefined => planSchema.safeParse(json).data;

/** What becomes of a resource, in one word. */
export type Deed = "nothing" | "create" | "update" | "delete" | "replace" | "forget" | "unknown";

const DEEDS = new Map<string, Deed>([
  ["no-op", "nothing"],
  ["read", "nothing"],
  ["create", "create"],
  ["update", "update"],
  ["delete", "delete"],
  ["delete,create", "replace"],
  ["create,delete", "replace"],
  ["forget", "forget"],
  // A replacement that leaves the original behind.
  ["create,forget", "forget"],
  ["forget,create", "forget"],
]);

/** What a plan would do to a resource; a word that Terraform has not used so far is unknown. */
export const deedOf = ({ change }: ResourceChange): Deed => DEEDS.get(change.actions.join(",")) ?? "unknown";

/** Whether what is there now ends: it is destroyed, or replaced by another one. */
export const isLost = (deed: Deed): boolean => deed === "delete" || deed === "replace";

/** An attribute as text; undefined where it is none. */
export function textOf(of: Readonly<Record<string, unknown>> | null, attribute: string): string | undefined {
  const value = of?.[attribute];
  return typeof value === "string" && value !== "" ? value : undefined;
}
