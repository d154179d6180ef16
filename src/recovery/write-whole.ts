import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Writes a file whole or not at all, whatever becomes of the process or of the space on the disk. */
export function writeWhole(file: string, text: string): void {
  // Hidden, so that nobody takes a draft for the thing itself.
  const draft = join(dirname(file), `.${basename(file)}.draft`);
  try {
    const handle = openSync(draft, "w", 0o644);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
