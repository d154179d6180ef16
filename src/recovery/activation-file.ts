import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Activation, activationSchema } from "../activation/schema.ts";

/** Where the record of an environment lies. */
export const activationFile = (environments: string, name: string): string =>
  join(environments, `${name}.activation.json`);

/**
 * Writes the record of an environment, whole or not at all.
 *
 * @throws ZodError when it is no valid record: a defect, since whatever a person gave was checked before
 */
export function writeActivation(environments: string, name: string, activation: Activation): void {
  const text = `${JSON.stringify(activationSchema.parse(activation), undefined, 2)}\n`;
  // Hidden, so that nobody takes a draft for an environment.
  const draft = join(environments, `.${name}.activation.draft`);
  const handle = openSync(draft, "w", 0o644);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, activationFile(environments, name));
}

/** Takes the record of an environment away; one that is not there is no mistake. */
export function removeActivation(environments: string, name: string): void {
  rmSync(activationFile(environments, name), { force: true });
}
