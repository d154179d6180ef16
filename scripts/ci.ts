/** What workflows have to find out, in the same words on a laptop. `npm run ci -- --help` */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { Command, CommanderError } from "commander";
import { loadConfiguration } from "../src/config/load.ts";
import { UserError } from "../src/config/problem.ts";
import { specsOf } from "../src/config/spec.ts";
import { estimatesOf } from "./ci/estimates.ts";
import { type Change, type Landscape, stacksOf, stacksReached } from "./ci/reach.ts";

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

const program = new Command("npm run ci --").description("what workflows have to find out").exitOverride();
program
  .command("reach <commit>")
  .description("stacks, with their regions, that the changes since a commit can change, as JSON")
  .action((commit: string) => printStacks((stacks) => stacksReached(changesSince(commit), stacks)));
program
  .command("stacks [name]")
  .description("every stack with its region, or one, as JSON")
  .action((name: string | undefined) =>
    printStacks((stacks) => {
      const found = stacksOf(stacks).filter((stack) => name === undefined || stack === name);
      if (found.length === 0) {
        throw new UserError([
          {
            file: directory,
            key: "",
            message: `no stack of that name, got ${name}; choose among ${stacksOf(stacks).join(", ")}`,
          },
        ]);
      }
      return found;
    }),
  );
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
