import type { z } from "zod";
import { UserError } from "../config/problem.ts";
import { show } from "../config/show.ts";
import type { OptionValues } from "./command.ts";

/**
 * Checks what was given against a schema of camel-case names.
 *
 * @throws UserError that names each option as it was typed
 */
export function readOptions<Schema extends z.ZodType>(
  schema: Schema,
  values: OptionValues,
): z.output<Schema> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new UserError(
    result.error.issues.map(({ path, message }) => {
      const name = String(path[0] ?? "");
      const file = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return {
        file,
        key: "",
        message: `${message.split("; ")[0] ?? message}, got ${show(values[name])}; ${message.split("; ")[1] ?? "correct it"}`,
      };
    }),
  );
}
