import { z } from "zod";
import type { Call } from "./call.ts";
import { AwsError } from "./reply.ts";

/** The body of a JSON call, in the part of its shape that the emulation needs. What does not fit is AWS's validation error. */
export async function readJson<Schema extends z.ZodType>(
  call: Call,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = (await call.body()).toString("utf8");
  const parsed = schema.safeParse(text === "" ? {} : parse(text));
  if (!parsed.success) {
    throw new AwsError("ValidationException", z.prettifyError(parsed.error));
  }
  return parsed.data;
}

/** The parameters of a Query call: `Action`, `DBInstanceIdentifier`, `Filters.Filter.1.Name`. */
export async function readForm(call: Call): Promise<URLSearchParams> {
  return new URLSearchParams((await call.body()).toString("utf8"));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError("SerializationException", "the body is not JSON");
  }
}
