import type { Template } from "../guardrails/template.ts";
import { isBillable, SIZES } from "./billable.ts";

type Stacks = ReadonlyMap<string, Template>;

/** An argument that sets a price, as it is shown. */
export type Size = readonly [argument: string, value: string];

/** Billable resources of one type that a stack has more, or fewer, than before. */
export interface Addition {
  readonly stack: string;
  readonly type: string;
  /** Names within the type, with the arguments that set the price. */
  readonly resources: readonly { readonly name: string; readonly sizes: readonly Size[] }[];
  readonly change: "added" | "removed";
}

/** An argument with a price that has another value than before. */
export interface Resizing {
  readonly stack: string;
  readonly type: string;
  readonly name: string;
  readonly argument: string;
  readonly before: string;
  readonly after: string;
}

/** What the bill sees of a difference between two syntheses. */
export interface Difference {
  readonly additions: readonly Addition[];
  readonly resizings: readonly Resizing[];
}

/** Compares the billable resources of all stacks. */
export function compare(before: Stacks, after: Stacks): Difference {
  const stacks = [...new Set([...after.keys(), ...before.keys()])];
  const all = stacks.map((stack) => compareStack(stack, before.get(stack), after.get(stack)));
  return {
    additions: all.flatMap(({ additions }) => additions),
    resizings: all.flatMap(({ resizings }) => resizings),
  };
}

function compareStack(stack: string, before: Template | undefined, after: Template | undefined): Difference {
  const types = new Set([...Object.keys(before?.resource ?? {}), ...Object.keys(after?.resource ?? {})]);
  const sorted = [...types].sort();
  return {
    additions: sorted.flatMap((type) => [
      ...additionOf(stack, type, "added", after, before),
      ...additionOf(stack, type, "removed", before, after),
    ]),
    resizings: sorted.flatMap((type) => resizingsOf(stack, type, before, after)),
  };
}

/** What one template has that the other lacks. */
function additionOf(
  stack: string,
  type: string,
  change: Addition["change"],
  here: Template | undefined,
  there: Template | undefined,
): readonly Addition[] {
  const others = there?.resource[type] ?? {};
  const resources = Object.entries(here?.resource[type] ?? {})
    .filter(([name, body]) => isBillable(type, body) && !(name in others))
    .map(([name, body]) => ({ name, sizes: sizesOf(type, body) }));
  return resources.length === 0 ? [] : [{ stack, type, resources, change }];
}

function resizingsOf(
  stack: string,
  type: string,
  before: Template | undefined,
  after: Template | undefined,
): Resizing[] {
  return Object.entries(after?.resource[type] ?? {}).flatMap(([name, body]) => {
    const old = before?.resource[type]?.[name];
    if (old === undefined) return [];
    const sizes = new Map(sizesOf(type, old));
    return sizesOf(type, body)
      .map(([argument, value]) => ({ argument, before: sizes.get(argument) ?? "", after: value }))
      .filter((one) => one.before !== one.after)
      .map((one) => ({ stack, type, name, ...one }));
  });
}

const sizesOf = (type: string, body: Readonly<Record<string, unknown>>): Size[] =>
  (SIZES[type] ?? []).map((argument) => [argument, shown(body[argument])]);

/** Only a database that is restored says nothing of its size. */
const shown = (value: unknown): string =>
  value === undefined ? "that of the recovery point" : JSON.stringify(value).replaceAll('"', "");
