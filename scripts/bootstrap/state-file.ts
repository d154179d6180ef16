import { readFileSync } from "node:fs";
import { z } from "zod";
import { Failure } from "./failure.ts";

const stateSchema = z.object({
  lineage: z.string(),
  serial: z.int(),
  resources: z.array(
    z.object({
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      instances: z.array(z.object({ attributes: z.object({ id: z.string() }) })),
    }),
  ),
});

/** What one of Terraform's state files says of itself. */
export interface State {
  readonly lineage: string;
  /** Grows with each version. */
  readonly serial: number;
  /** What it manages: the id in AWS by address. */
  readonly ids: ReadonlyMap<string, string>;
}

/**
 * Whether one state knows everything that the other one manages, as the very same thing in AWS. The lineage can't tell:
 * Terraform gives a state a new one when it moves it to another backend.
 */
export function includes(whole: State, part: State): boolean {
  return [...part.ids].every(([address, id]) => whole.ids.get(address) === id);
}

/**
 * Reads a state, as a file or as `terraform state pull` prints it. Undefined when there is none: a migration leaves
 * an empty file behind, and a backend without an object prints a state without a lineage.
 */
export function parseState(text: string, source: string): State | undefined {
  if (text.trim() === "") return undefined;
  const parsed = stateSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Failure(`${source} is not a Terraform state; put it aside, nothing was changed`);
  }
  const { lineage, serial, resources } = parsed.data;
  if (lineage === "") return undefined;
  const ids = resources
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ type, name, instances }) =>
      instances.map(({ attributes }): [string, string] => [`${type}.${name}`, attributes.id]),
    );
  return { lineage, serial, ids: new Map(ids) };
}

/** Reads a state file; undefined when there is none or it is empty. */
export function readState(path: string): State | undefined {
  try {
    return parseState(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
