import { compareVersions } from "../../src/toolchain/version.ts";
import { parseToolchain, type Toolchain } from "../../src/toolchain/toolchain.ts";

/** What is asked for; what is absent stays. */
export interface Wanted {
  readonly provider?: string | undefined;
  readonly terraform?: string | undefined;
}

/**
 * The versions after a raise, or why they are refused. Nobody goes back: a state that a provider has written can't be read by
 * an older one (T49).
 *
 * @throws UserError for a version that is none, or not supported
 */
export function raised(
  before: Toolchain,
  { provider, terraform }: Wanted,
): Toolchain | { readonly refused: string } {
  const after = parseToolchain({
    ...before,
    ...(provider !== undefined && { provider }),
    ...(terraform !== undefined && { terraform }),
  });
  if (compareVersions(after.provider, before.provider) < 0)
    return {
      refused: `provider ${after.provider} is older than ${before.provider}, whose states it can't read; choose ${before.provider} or newer`,
    };
  if (compareVersions(after.terraform, before.terraform) < 0)
    return {
      refused: `Terraform ${after.terraform} is older than ${before.terraform}; choose ${before.terraform} or newer`,
    };
  return after;
}

/** The toolchain with other hashes; those of the same provider's other platforms are kept. */
export function withHashes(before: Toolchain, after: Toolchain, found: readonly string[]): Toolchain {
  const kept = before.provider === after.provider ? before.hashes : [];
  return parseToolchain({ ...after, hashes: [...new Set([...kept, ...found])].toSorted() });
}

/** What else has to be done, in this order. */
export const whatFollows = (stacks: readonly string[]): readonly string[] => [
  "# then, in this order, before anybody applies with the old versions again:",
  "npx vitest run --project unit __tests__/stacks -u   # and read the diff",
  "npm test",
  "# commit toolchain.json, and have every laptop and runner take that commit",
  ...stacks.map((stack) => `npx cdktf deploy ${stack}`),
  "npm run dr -- readiness --only toolchain",
];
