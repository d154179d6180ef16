import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Activation, activationSchema, FORMAT } from "../activation/schema.ts";
import { UserError } from "../config/problem.ts";
import { writeWhole } from "./write-whole.ts";

/** Where the record of an environment lies. */
export const activationFile = (environments: string, name: string): string =>
  join(environments, `${name}.activation.json`);

/** A record as it is written down, with the format that says which version of the tool wrote it. */
export const recordText = (activation: Activation): string =>
  `${JSON.stringify(activationSchema.parse({ ...activation, format: FORMAT }), undefined, 2)}\n`;

/**
 * Writes the record of an environment, whole or not at all.
 *
 * @throws UserError when the folder takes no file
 */
export function writeActivation(environments: string, name: string, activation: Activation): void {
  const text = recordText(activation);
  const file = activationFile(environments, name);
  try {
    writeWhole(file, text);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    const message = `can't be written, got ${got}; make room and the folder writable, then run the same command again`;
    throw new UserError([{ file, key: "", message }]);
  }
}

/** Takes the record of an environment away; one that is not there is no mistake. */
export function removeActivation(environments: string, name: string): void {
  rmSync(activationFile(environments, name), { force: true });
}
