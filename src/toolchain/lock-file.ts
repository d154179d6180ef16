import type { Toolchain } from "./toolchain.ts";

export const LOCK_FILE = ".terraform.lock.hcl";

/** What `terraform init` checks the provider against, as Terraform writes it. */
export function lockFileOf({ provider, hashes }: Toolchain): string {
  const list = hashes.map((hash) => `    "${hash}",\n`).join("");
  return `# Written by a synthesis from toolchain.json; npm run toolchain changes it.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "${provider}"
  constraints = "${provider}"
  hashes = [
${list}  ]
}
`;
}

/** Hashes in a lock file of the AWS provider alone. */
export const hashesIn = (lockFile: string): readonly string[] =>
  [...lockFile.matchAll(/"((?:h1|zh):[^"]+)"/g)].flatMap(([, hash]) => hash ?? []);

/**
 * Whether a lock file says all that the toolchain does. Terraform adds what it has found out of its own platform, which
 * is lost when the file is written anew, and the next plan then asks for another init.
 */
export const holds = (lockFile: string, { provider, hashes }: Toolchain): boolean =>
  lockFile.includes(`version     = "${provider}"`) && hashes.every((hash) => lockFile.includes(`"${hash}"`));
