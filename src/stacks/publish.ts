import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { holds, LOCK_FILE, lockFileOf } from "../toolchain/lock-file.ts";
import { toolchain } from "../toolchain/toolchain.ts";

const CONFIGURATION_FILES = ["cdk.tf.json", "cdk.tf", "metadata.json"];

/** Writes synthesized files to a folder, each whole or not at all; what Terraform keeps beside them stays. */
export function publish(files: ReadonlyMap<string, string>, outdir: string): void {
  for (const [path, content] of files) write(join(outdir, path), content);
  lockProviders(files, outdir);
  removeStale(files, outdir);
}

function write(target: string, content: string): void {
  const draft = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(draft, content);
  renameSync(draft, target);
}

/** Every machine checks the provider against the hashes that are under version control. */
function lockProviders(files: ReadonlyMap<string, string>, outdir: string): void {
  const pinned = toolchain();
  const folders = new Set([...files.keys()].filter((path) => path.startsWith("stacks/")).map(dirname));
  for (const folder of folders) {
    const target = join(outdir, folder, LOCK_FILE);
    if (!existsSync(target) || !holds(readFileSync(target, "utf8"), pinned))
      write(target, lockFileOf(pinned));
  }
}

/** A stack that is gone must not look as if it could still be applied. */
function removeStale(files: ReadonlyMap<string, string>, outdir: string): void {
  for (const stack of readdirSync(join(outdir, "stacks"))) {
    for (const name of CONFIGURATION_FILES) {
      if (!files.has(`stacks/${stack}/${name}`)) rmSync(join(outdir, "stacks", stack, name), { force: true });
    }
  }
}
