import type { z } from "zod";
import { FORMAT, formatOf } from "../activation/schema.ts";
import { show, shown } from "../config/show.ts";

/** Something lies where the tool keeps its own notes, and is none of them. */
export abstract class Damaged extends Error {
  constructor(
    /** File, or object as the AWS CLI names it. */
    readonly address: string,
    what: string,
    readonly got: string,
    /** What puts it right, in lines that can be pasted. */
    readonly remedy: string,
  ) {
    super(`${address} is no ${what}, got ${got}`);
  }
}

/** A note that could be read, or what is there instead of it. */
export type Read<Value> =
  | { readonly value: Value }
  | {
      readonly got: string;
      /** A newer version of this tool wrote it: it is whole, and nothing to be replaced. */
      readonly isNewer?: true;
    };

/** Reads what this tool has written. Whoever else wrote to the same place may have left anything at all. */
export function readNote<Schema extends z.ZodType>(text: string, schema: Schema): Read<z.output<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { got: text.trim() === "" ? "nothing" : shown(show(text.slice(0, 200))) };
  }
  const result = schema.safeParse(json);
  if (result.success) return { value: result.data };
  const format = formatOf(json);
  if (format > FORMAT)
    return {
      got: `format ${format}, which a newer version of this tool wrote; this version reads ${FORMAT}`,
      isNewer: true,
    };
  const [issue] = result.error.issues;
  return { got: shown([issue?.path.join("."), issue?.message].filter(Boolean).join(": ")) };
}
