/** Creates the bucket that holds Terraform's state, with its own state inside. `npm run bootstrap -- --help` */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { Command, CommanderError } from "commander";
import { type ApplyOptions, planAndApply } from "./bootstrap/apply.ts";
import { chooseCourse } from "./bootstrap/course.ts";
import { Failure } from "./bootstrap/failure.ts";
import { applyLocally, migrate, settle } from "./bootstrap/first-apply.ts";
import { readSite, type Site } from "./bootstrap/site.ts";
import { observe } from "./bootstrap/situation.ts";

type Outcome = "created" | "changed" | "unchanged";

const EXPLANATION = `
The first run applies the bootstrap stack with local state and then moves that state into the bucket.
Later runs apply what has changed. An interrupted run is finished by the next one, on the same machine.

exit codes: 0 done or nothing to do, 1 failed, 2 wrong usage or configuration`;

interface Options extends ApplyOptions {
  readonly workDir: string;
}

async function bootstrap(options: Options): Promise<void> {
  if (process.env["STATE_REGION"]) {
    throw new Failure(
      "STATE_REGION is set, and buckets are not made while a region is down; unset it, or plan the stacks that are needed",
      2,
    );
  }
  synthesize(options);
  const site = readSite(process.env["CDKTF_OUTDIR"] || "cdktf.out", options.workDir);
  const outcome = await carryOut(site, options);
  const { bucket, region, accountId } = site;
  if (options.json) console.log(JSON.stringify({ outcome, bucket, region, accountId }));
  else if (outcome === "unchanged") console.log(`nothing to do: ${bucket} is as configured`);
  else console.log(`${outcome}: ${bucket} in account ${accountId}, ${region}, holds its own state`);
}

async function carryOut(site: Site, options: ApplyOptions): Promise<Outcome> {
  const course = chooseCourse(await observe(site));
  switch (course.kind) {
    case "refuse":
      throw new Failure(`${site.bucket}: ${course.reason}; nothing was changed`);
    case "begin":
    case "resume":
      await applyLocally(site, options);
      await migrate(site, options);
      return "created";
    case "settle":
      settle(site);
      return maintain(site, options);
    case "maintain":
      return maintain(site, options);
  }
}

async function maintain(site: Site, options: ApplyOptions): Promise<Outcome> {
  const question = `change the state bucket ${site.bucket} in account ${site.accountId}, ${site.region}?`;
  return (await planAndApply(site.remote, site.accountId, question, options)) ? "changed" : "unchanged";
}

/** As a process of its own, so that this command starts fast and the output is what everybody else gets. */
function synthesize({ json }: ApplyOptions): void {
  const { status } = spawnSync(process.execPath, ["scripts/run.mjs", "main.ts"], {
    stdio: ["ignore", json ? process.stderr : "inherit", "inherit"],
  });
  if (status !== 0) throw new Failure("the configuration has to be valid first", status === 2 ? 2 : 1);
}

const program = new Command("npm run bootstrap --")
  .description("create or update the bucket that holds Terraform's state")
  .option("--yes", "do not ask before something is changed", false)
  .option("--json", "print the outcome as JSON; everything else goes to standard error", false)
  .option("--work-dir <folder>", "where the state is kept until the bucket holds it", ".bootstrap")
  .addHelpText("after", EXPLANATION)
  .allowExcessArguments(false)
  .exitOverride()
  .action(bootstrap);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof Failure) {
    console.error(error.message);
    process.exitCode = error.exitCode;
  } else throw error;
}
