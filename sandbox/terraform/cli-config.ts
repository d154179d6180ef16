import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProviderMirror } from "../discovery/provider-mirror.ts";

/** A path as a string of HCL. */
const quote = (text: string): string => JSON.stringify(text).replaceAll("${", "$${");

/**
 * Terraform's CLI configuration. With a mirror the AWS provider comes from there and nothing is looked for elsewhere:
 * Terraform links it into the stack, so that no stack copies 700 MB. Without one it is downloaded once, into a cache.
 */
export const cliConfig = (mirror: ProviderMirror | undefined, cache: string): string =>
  mirror === undefined
    ? `disable_checkpoint = true\nplugin_cache_dir = ${quote(cache)}\n`
    : `disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = ${quote(mirror.directory)}
    include = ["hashicorp/aws"]
  }
  direct {
    exclude = ["hashicorp/aws"]
  }
}
`;

export async function writeCliConfig(directory: string, mirror: ProviderMirror | undefined): Promise<string> {
  const cache = join(directory, "provider-cache");
  await mkdir(cache, { recursive: true });
  const file = join(directory, "terraform.rc");
  await writeFile(file, cliConfig(mirror, cache));
  return file;
}
