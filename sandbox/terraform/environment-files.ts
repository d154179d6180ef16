import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes an environments folder from what its files are to export, so that a test can change a copy as a person would. */
export async function writeEnvironments(
  folder: string,
  files: Readonly<Record<string, unknown>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, value] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.ts`), `export default ${JSON.stringify(value, undefined, 2)};\n`);
  }
}
