import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terraformBinary } from "../terraform/run.ts";
import { outputOf } from "./software.ts";

/** Whether the registry that Terraform would ask for the AWS provider answers. Terraform itself says which one that is. */
export async function reachesRegistry(): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), "pilot-light-registry-"));
  try {
    const requirement = { terraform: { required_providers: { aws: { source: "hashicorp/aws" } } } };
    await writeFile(join(directory, "main.tf.json"), JSON.stringify(requirement));
    const env = { ...process.env, TF_CLI_CONFIG_FILE: "", CHECKPOINT_DISABLE: "1" };
    const listing = await outputOf(
      terraformBinary(process.env),
      [`-chdir=${directory}`, "providers", "-no-color"],
      env,
    );
    const host = /provider\[([^/\]]+)\//.exec(listing ?? "")?.[1];
    return host !== undefined && (await answers(`https://${host}/.well-known/terraform.json`));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    (response) => response.ok,
    () => false,
  );
