/** What workflows have to find out, in the same words on a laptop. `npm run ci -- --help` */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { Command, CommanderError } from "commander";
import { loadConfiguration } from "../src/config/load.ts";
import { UserError } from "../src/config/problem.ts";
import { specsOf } from "../src/config/spec.ts";
import { estimatesOf } from "./ci/estimates.ts";
import { type Change, type Landscape, stacksOf, stacksReached } from "./ci/reach.ts";
import { findingsIn } from "./ci/vet.ts";
import { LOCK_FILE, lockFileOf } from "../src/toolchain/lock-file.ts";
import { toolchain } from "../src/toolchain/toolchain.ts";

const directory = process.env["ENVIRONMENTS_DIR"] || "environments";

async function landscape(): Promise<{
  readonly stacks: Landscape;
  readonly regions: ReadonlyMap<string, string>;
}> {
  const configuration = await loadConfiguration(directory, { unmetObjectives: "accept" });
  const { bootstrap, services, pairs, traffic } = configuration;
  const specs = specsOf(configuration);
  const all = [specs.bootstrap, ...specs.services, specs.traffic].filter((spec) => spec !== undefined);
  return {
    stacks: {
      directory,
      bootstrap: bootstrap?.name,
      services: services.map(({ name }) => name),
      pairs: pairs.map(({ primary, standby }) => ({ primary: primary.name, standby: standby.name })),
      traffic: traffic && { name: traffic.traffic.name, standby: traffic.pair.standby.name },
    },
    regions: new Map(all.map(({ name, region }) => [name, region])),
  };
}

async function printStacks(choose: (stacks: Landscape) => readonly string[]): Promise<void> {
  const { stacks, regions } = await landscape();
  console.log(JSON.stringify(choose(stacks).map((stack) => ({ stack, region: regions.get(stack) }))));
}

/** What differs between a commit and the one that is checked out; what moved is gone in one place and new in another. */
function changesSince(commit: string): readonly Change[] {
  const lines = execFileSync("git", ["diff", "--name-status", "--no-renames", "-z", commit, "HEAD"], {
    encoding: "utf8",
  }).split("\0");
  return lines.flatMap((status, index) =>
    index % 2 === 0 && status !== "" ? [{ status, path: lines[index + 1] ?? "" }] : [],
  );
}

/** Written anew from what was read: nothing else of a folder, and no second key of the same name, gets past the examination. */
async function vet(from: string, to: string): Promise<void> {
  const names = await readdir(from);
  const read = await Promise.all(
    names.map(async (name) => {
      const file = join(from, name, "cdk.tf.json");
      if (!/^[a-z][a-z0-9-]*$/.test(name)) {
        return {
          name,
          findings: [{ file: from, key: "", message: `no name of a stack, got ${JSON.stringify(name)}` }],
        };
      }
      const template: unknown = JSON.parse(await readFile(file, "utf8"));
      const findings = findingsIn(template).map((message) => ({ file, key: "", message }));
      return { name, template, findings };
    }),
  );
  const findings = read.flatMap((stack) => stack.findings);
  if (findings.length > 0) throw new UserError(findings);
  const versions = toolchain();
  for (const { name, template } of read) {
    const text = JSON.stringify(template);
    await mkdir(join(to, name), { recursive: true });
    await writeFile(join(to, name, "cdk.tf.json"), text);
    // Another version than ours: Terraform asks the registry, whose signature it checks.
    if (text.includes(`"version":"${versions.provider}"`)) {
      await writeFile(join(to, name, LOCK_FILE), lockFileOf(versions));
    }
  }
}

const program = new Command("npm run ci --").description("what workflows have to find out").exitOverride();
program
  .command("reach <commit>")
  .description("stacks, with their regions, that the changes since a commit can change, as JSON")
  .action((commit: string) => printStacks((stacks) => stacksReached(changesSince(commit), stacks)));
program
  .command("stacks [name]")
  .description("every stack with its region, or one, as JSON")
  .option("--but-bootstrap", "bootstrap is none: a person applies it")
  .action((name: string | undefined, { butBootstrap = false }: { readonly butBootstrap?: boolean }) =>
    printStacks((stacks) => {
      const candidates = stacksOf(stacks).filter((stack) => !butBootstrap || stack !== stacks.bootstrap);
      const found = candidates.filter((stack) => name === undefined || stack === name);
      if (found.length === 0) {
        throw new UserError([
          {
            file: directory,
            key: "",
            message: `no stack of that name, got ${name}; choose among ${candidates.join(", ")}`,
          },
        ]);
      }
      return found;
    }),
  );
program
  .command("standbys")
  .description("every standby with its region, as JSON")
  .action(() => printStacks(({ pairs }) => pairs.map(({ standby }) => standby)));
program
  .command("vet <from> <to>")
  .description(
    "copies the stacks in <from> that may be planned with credentials, as data, to <to>; refuses the others by name",
  )
  .action(vet);
program
  .command("estimates <files...>")
  .description("monthly cost in USD of each stack, from what infracost wrote, as JSON")
  .action((files: readonly string[]) => {
    const outputs = files.map((file): unknown => JSON.parse(readFileSync(file, "utf8")));
    console.log(JSON.stringify(estimatesOf(outputs)));
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof UserError ? 2 : 1;
  }
}
