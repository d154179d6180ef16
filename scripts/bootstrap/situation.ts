import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Situation } from "./course.ts";
import { Failure } from "./failure.ts";
import type { Site } from "./site.ts";
import { parseState, readState, type State } from "./state-file.ts";
import { askTerraform, explain } from "./terraform.ts";

/** Written before the first call that creates something. */
export const startedFile = ({ local }: Site): string => join(local, "started");
/** Where Terraform keeps local state by default. */
export const stateFile = ({ local }: Site): string => join(local, "terraform.tfstate");
/** A copy of ours: Terraform empties its file when it has moved the state. */
export const keptFile = ({ local }: Site): string => join(local, "terraform.tfstate.before-migration");

/** Looks at this machine and, through Terraform's own backend, at the bucket. Changes nothing. */
export async function observe(site: Site): Promise<Situation> {
  const { bucketExists, remote } = await observeBucket(site);
  return {
    begun: existsSync(startedFile(site)),
    local: readState(stateFile(site)) ?? readState(keptFile(site)),
    bucketExists,
    remote,
  };
}

async function observeBucket(
  site: Site,
): Promise<{ readonly bucketExists: boolean; readonly remote: State | undefined }> {
  // Without -reconfigure it would ask about a backend that this folder was initialized with before.
  const init = await askTerraform(site.remote, ["init", "-input=false", "-no-color", "-reconfigure"]);
  if (init.exitCode === 0) return { bucketExists: true, remote: await pullState(site) };
  const missing = `S3 bucket "${site.bucket}" does not exist`;
  if (init.stderr.replaceAll(/\s+/g, " ").includes(missing)) {
    return { bucketExists: false, remote: undefined };
  }
  throw new Failure(explain(init.stderr, site.accountId) ?? `terraform init failed\n${init.stderr.trim()}`);
}

/** The state in the bucket; undefined when it holds none. */
export async function pullState(site: Site): Promise<State | undefined> {
  const pull = await askTerraform(site.remote, ["state", "pull"]);
  if (pull.exitCode !== 0) {
    throw new Failure(
      explain(pull.stderr, site.accountId) ?? `terraform state pull failed\n${pull.stderr.trim()}`,
    );
  }
  return parseState(pull.stdout, "the state in the bucket");
}
