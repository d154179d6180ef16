/** Shows or raises the versions of Terraform and the AWS provider that every machine takes. `npm run toolchain -- --help` */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { Command, CommanderError } from "commander";
import { loadConfiguration } from "../src/config/load.ts";
import { UserError } from "../src/config/problem.ts";
import { specsOf } from "../src/config/spec.ts";
import { TOOLCHAIN_FILE, toolchain, type Toolchain } from "../src/toolchain/toolchain.ts";
import { fetchHashes } from "./toolchain/fetch-hashes.ts";
import { raised, whatFollows, withHashes } from "./toolchain/raise.ts";

/** Laptops and runners. */
const PLATFORMS = ["linux_amd64", "linux_arm64", "darwin_arm64", "darwin_amd64"];

interface Options {
  readonly provider?: string;
  readonly terraform?: string;
  readonly platform: readonly string[];
  readonly mirror?: string;
}

async function change({ provider, terraform, platform, mirror }: Options): Promise<void> {
  const before = toolchain();
  const after = raised(before, { provider, terraform });
  if ("refused" in after) throw new Error(`${after.refused}; nothing was changed`);
  const isOther = after.provider !== before.provider;
  if (!isOther && after.terraform === before.terraform && platform.length === 0) return show(before);
  const platforms = platform.length > 0 ? platform : PLATFORMS;
  const found = isOther || platform.length > 0 ? await hashes(after, platforms, mirror) : [];
  const written = withHashes(before, after, found);
  writeFileSync(resolve(TOOLCHAIN_FILE), `${JSON.stringify(written, undefined, 2)}\n`);
  show(written);
  if (isOther || after.terraform !== before.terraform)
    for (const line of whatFollows(await stacks())) console.log(line);
}

async function hashes(
  { provider }: Toolchain,
  platforms: readonly string[],
  mirror: string | undefined,
): Promise<readonly string[]> {
  try {
    return await fetchHashes({ provider, platforms, mirror });
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.message : String(error)}\nnothing was changed; run this where the registry answers, or name a folder with --mirror and its platforms with --platform`,
      { cause: error },
    );
  }
}

async function stacks(): Promise<readonly string[]> {
  const directory = process.env["ENVIRONMENTS_DIR"] || "environments";
  const specs = specsOf(await loadConfiguration(directory, { unmetObjectives: "accept" }));
  return [specs.bootstrap, ...specs.services, specs.traffic].flatMap((spec) => spec?.name ?? []);
}

const show = ({ terraform, provider, hashes: known }: Toolchain): void =>
  console.log(`Terraform ${terraform}, provider ${provider}, ${known.length} hashes: ${TOOLCHAIN_FILE}`);

const program = new Command("npm run toolchain --")
  .description("shows or raises the versions that every machine takes")
  .option("--provider <version>", "the AWS provider")
  .option("--terraform <version>", "Terraform")
  .option("--platform <names...>", "platforms whose hashes are added, such as darwin_arm64", [])
  .option("--mirror <folder>", "where the provider is taken from instead of the registry")
  .exitOverride()
  .action(change);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof UserError ? 2 : 1;
  }
}
