import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { holds, LOCK_FILE, lockFileOf } from "../toolchain/lock-file.ts";
import { toolchain } from "../toolchain/toolchain.ts";

const CONFIGURATION_FILES = ["cdk.tf.json", "cdk.tf", "metadata.json"];

/**
 * Replaces what was synthesized before; what Terraform keeps beside it stays.
 *
 * One generation or none: every file is written to the disk first, then what is stale goes, and only then do the new ones
 * take their places. Whenever it is cut off, no two stacks are of different generations. A stack that is missing then comes with the
 * next synthesis.
 */
export function publish(files: ReadonlyMap<string, string>, outdir: string): void {
  removeDrafts(outdir);
  const changed = [...files, ...lockFiles(files, outdir)].flatMap(([path, content]) => {
    const target = join(outdir, path);
    return isSame(target, content) ? [] : [{ target, draft: `${target}.${process.pid}`, content }];
  });
  try {
    for (const { draft, content } of changed) {
      mkdirSync(dirname(draft), { recursive: true });
      writeFileSync(draft, content, { flush: true });
    }
    for (const { target } of changed) if (!target.endsWith(LOCK_FILE)) rmSync(target, { force: true });
    removeStale(files, outdir);
    for (const { target, draft } of changed) renameSync(draft, target);
  } catch (error) {
    for (const { draft } of changed) rmSync(draft, { force: true });
    throw error;
  }
}

function isSame(target: string, content: string): boolean {
  try {
    return readFileSync(target, "utf8") === content;
  } catch {
    return false;
  }
}

/** Every machine checks the provider against the hashes that are under version control. */
function lockFiles(files: ReadonlyMap<string, string>, outdir: string): [path: string, content: string][] {
  const pinned = toolchain();
  const folders = new Set([...files.keys()].filter((path) => path.startsWith("stacks/")).map(dirname));
  return [...folders].flatMap((folder): [string, string][] => {
    const path = `${folder}/${LOCK_FILE}`;
    const target = join(outdir, path);
    const isHeld = existsSync(target) && holds(readFileSync(target, "utf8"), pinned);
    return isHeld ? [] : [[path, lockFileOf(pinned)]];
  });
}

/** Folders of stacks; what a link leads to is somebody else's. */
const stackFolders = (outdir: string): readonly string[] => {
  const stacks = join(outdir, "stacks");
  if (!existsSync(stacks) || lstatSync(stacks).isSymbolicLink()) return [];
  return readdirSync(stacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
};

/** A stack that is gone must not look as if it could still be applied. */
function removeStale(files: ReadonlyMap<string, string>, outdir: string): void {
  for (const stack of stackFolders(outdir)) {
    for (const name of CONFIGURATION_FILES) {
      if (!files.has(`stacks/${stack}/${name}`)) rmSync(join(outdir, "stacks", stack, name), { force: true });
    }
  }
}

const DRAFT = /^(cdk\.tf(\.json)?|metadata\.json|manifest\.json|\.terraform\.lock\.hcl)\.(?<pid>\d+)$/;

/** What a synthesis that was killed has left. */
function removeDrafts(outdir: string): void {
  const folders = ["", ...stackFolders(outdir).map((stack) => join("stacks", stack))];
  for (const folder of folders.map((one) => join(outdir, one)).filter((one) => existsSync(one))) {
    for (const name of readdirSync(folder)) {
      const pid = DRAFT.exec(name)?.groups?.["pid"];
      if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
