import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LOCK_FILE } from "../../src/toolchain/lock-file.ts";
import { type ApplyOptions, planAndApply } from "./apply.ts";
import { Failure } from "./failure.ts";
import { type Site, uniqueNames } from "./site.ts";
import { keptFile, pullState, startedFile, stateFile } from "./situation.ts";
import { includes, readState } from "./state-file.ts";
import { askTerraform, explain, streamTerraform } from "./terraform.ts";

/** Creates everything with local state, or finishes what an interrupted run began. */
export async function applyLocally(site: Site, options: ApplyOptions): Promise<void> {
  mkdirSync(site.local, { recursive: true });
  // A migration that was cut off can leave Terraform's own file empty.
  if (readState(stateFile(site)) === undefined && existsSync(keptFile(site))) {
    copyFileSync(keptFile(site), stateFile(site));
  }
  const { backend: _, ...terraform } = site.template.terraform;
  writeConfiguration(site, { ...site.template, terraform });
  // A folder that was cut off in the middle of a migration remembers the bucket as its backend.
  rmSync(join(site.local, ".terraform", "terraform.tfstate"), { force: true });
  await initialize(site, ["init", "-input=false"], options);
  if (existsSync(startedFile(site))) await adopt(site);
  const question = `create the state bucket ${site.bucket} in account ${site.accountId}, ${site.region}?`;
  await planAndApply(site.local, site.accountId, question, options, () =>
    writeFileSync(startedFile(site), ""),
  );
}

/** Moves local state into the bucket and makes sure that it arrived. */
export async function migrate(site: Site, options: ApplyOptions): Promise<void> {
  const local = readState(stateFile(site));
  if (local === undefined) throw new Failure(`no state to move in ${site.local}`);
  copyFileSync(stateFile(site), keptFile(site));
  writeConfiguration(site, site.template);
  await initialize(site, ["init", "-input=false", "-migrate-state", "-force-copy"], options);
  await initializeRemote(site);
  const remote = await pullState(site);
  if (remote === undefined || !includes(remote, local)) {
    throw new Failure(`the state did not arrive whole; it is still in ${keptFile(site)}`);
  }
  settle(site);
}

/** Puts the local copy of a state aside once the bucket holds it; it is renamed, never deleted. */
export function settle(site: Site): void {
  for (const file of [stateFile(site), keptFile(site)]) {
    const state = readState(file);
    if (state !== undefined) {
      renameSync(file, join(site.local, `migrated-${state.lineage.slice(0, 8)}-${state.serial}.tfstate`));
    }
  }
  for (const leftover of [stateFile(site), startedFile(site)]) {
    rmSync(leftover, { force: true });
  }
  rmSync(join(site.local, ".terraform"), { recursive: true, force: true });
}

/** A process that was killed between a call and its record leaves resources behind that no state knows. */
async function adopt(site: Site): Promise<void> {
  const known = readState(stateFile(site))?.ids;
  for (const [address, name] of uniqueNames(site)) {
    if (known?.has(address) === true) continue;
    const result = await askTerraform(site.local, ["import", "-input=false", "-no-color", address, name]);
    if (result.exitCode === 0) console.error(`found ${name}, which an interrupted run created`);
    else if (!result.stderr.includes("Cannot import non-existent remote object")) {
      throw new Failure(
        explain(result.stderr, site.accountId) ?? `terraform import failed\n${result.stderr.trim()}`,
      );
    }
  }
}

/** With the lock file of the synthesized stack: one of an older toolchain would be refused. */
function writeConfiguration(site: Site, configuration: unknown): void {
  writeFileSync(join(site.local, "cdk.tf.json"), `${JSON.stringify(configuration, undefined, 2)}\n`);
  copyFileSync(join(site.remote, LOCK_FILE), join(site.local, LOCK_FILE));
}

async function initialize(site: Site, args: readonly string[], { json }: ApplyOptions): Promise<void> {
  await streamTerraform(site.local, args, { quietStdout: json, accountId: site.accountId });
}

async function initializeRemote(site: Site): Promise<void> {
  const init = await askTerraform(site.remote, ["init", "-input=false", "-no-color", "-reconfigure"]);
  if (init.exitCode !== 0) throw new Failure(`terraform init failed\n${init.stderr.trim()}`);
}
