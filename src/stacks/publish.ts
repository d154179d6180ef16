import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";

const CONFIGURATION_FILES = ["cdk.tf.json", "cdk.tf", "metadata.json"];

/** Writes synthesized files to a folder, each whole or not at all; what Terraform keeps beside them stays. */
export function publish(files: ReadonlyMap<string, string>, outdir: string): void {
  for (const [path, content] of files) {
    const target = join(outdir, path);
    const draft = `${target}.${process.pid}`;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(draft, content);
    renameSync(draft, target);
  }
  removeStale(files, outdir);
}

/** A stack that is gone must not look as if it could still be applied. */
function removeStale(files: ReadonlyMap<string, string>, outdir: string): void {
  for (const stack of readdirSync(join(outdir, "stacks"))) {
    for (const name of CONFIGURATION_FILES) {
      if (!files.has(`stacks/${stack}/${name}`)) rmSync(join(outdir, "stacks", stack, name), { force: true });
    }
  }
}
