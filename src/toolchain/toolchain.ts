import { z } from "zod";
import file from "../../toolchain.json" with { type: "json" };
import { formatKey, UserError } from "../config/problem.ts";
import { compareVersions, minorOf, numbersOf } from "./version.ts";

/** Where it is kept, under version control. */
export const TOOLCHAIN_FILE = "toolchain.json";

const version = (isSupported: (text: string) => boolean, choose: string) =>
  z
    .string({ error: ({ input }) => `expected a version, got ${JSON.stringify(input)}; ${choose}` })
    .refine((text) => numbersOf(text) !== undefined, {
      error: ({ input }) => `expected a version of three numbers, got ${JSON.stringify(input)}; ${choose}`,
      abort: true,
    })
    .refine(isSupported, { error: ({ input }) => `${String(input)} is not supported; ${choose}` });

const schema = z.strictObject({
  terraform: version((text) => isBetween(text, "1.11.0", "2.0.0"), "choose 1.11.0 to below 2.0.0"),
  provider: version(
    (text) => isBetween(text, "5.100.0", "7.0.0") && !isBetween(text, "6.0.0", "6.5.0"),
    // The synthesized JSON is written for these; 6.0 to 6.4 plan false replacements after an upgrade from 5.x (T49).
    "choose 5.100.0 to below 7.0.0, without 6.0 to 6.4",
  ),
  /** As a dependency lock file writes them: `h1:` of unpacked packages, `zh:` of archives, of any platforms. */
  hashes: z.array(z.string().regex(/^(h1:[\w+/]{43}=|zh:[0-9a-f]{64})$/, "is no hash of a lock file")),
});

/** The versions that every machine takes, laptops and workflows alike (T49). */
export type Toolchain = Readonly<z.output<typeof schema>>;

function isBetween(text: string, from: string, below: string): boolean {
  return compareVersions(text, from) >= 0 && compareVersions(text, below) < 0;
}

/**
 * Checks what the file says, or what it is to say.
 *
 * @throws UserError that names each mistake
 */
export function parseToolchain(value: unknown): Toolchain {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UserError(
    result.error.issues.map(({ path, message }) => ({ file: TOOLCHAIN_FILE, key: formatKey(path), message })),
  );
}

/** The toolchain of this checkout. */
export const toolchain = (): Toolchain => parseToolchain(file);

/**
 * Terraform versions that the stacks accept: 1.x, from the pinned minor version on.
 *
 * Another patch version must not stop a recovery, and each 1.x reads the states of the others; readiness reports the difference.
 */
export const terraformRange = ({ terraform }: Toolchain): string => `>= ${minorOf(terraform)}.0, < 2.0.0`;
