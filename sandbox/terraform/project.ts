import { join } from "node:path";
import { run, type RunOptions, type RunResult } from "../process/run.ts";
import { runTerraform } from "./run.ts";

/** The CDKTF project in a sandbox, as its users drive it. */
export interface Project extends Pick<RunOptions, "onLine" | "onStart" | "signal"> {
  /** Where `cdktf.json` is. */
  readonly directory: string;
  /** Where stacks are synthesized to and Terraform works; not the project's own, which its developers use meanwhile. */
  readonly output: string;
  readonly env: Readonly<Record<string, string>>;
}

/** `cdktf deploy`, which synthesizes first. Fails with what Terraform said. */
export const deployStacks = (project: Project, stacks: readonly string[]): Promise<RunResult> =>
  cdktf(project, ["deploy", "--auto-approve", ...stacks]);

export const destroyStacks = (project: Project, stacks: readonly string[]): Promise<RunResult> =>
  cdktf(project, ["destroy", "--auto-approve", ...stacks]);

/** Where cdktf put a stack, and where Terraform can be run on it. */
export const stackDirectory = (project: Project, stack: string): string =>
  join(project.output, "stacks", stack);

/** What a plan of a synthesized and initialized stack would change: nothing, or what it printed. */
export async function planStack(
  project: Project,
  stack: string,
): Promise<"empty" | { readonly changes: string }> {
  const args = ["plan", "-no-color", "-lock-timeout=10s", "-detailed-exitcode"];
  const result = await runTerraform(stackDirectory(project, stack), args, project.env, watching(project));
  switch (result.exitCode) {
    case 0:
      return "empty";
    case 2:
      return { changes: result.stdout.replace(/^.*?(?=Terraform will perform)/s, "") };
    default:
      throw failure(`terraform plan of ${stack}`, result);
  }
}

/** A stack's outputs, by name. */
export async function stackOutputs(project: Project, stack: string): Promise<unknown> {
  const result = await runTerraform(stackDirectory(project, stack), ["output", "-json"], project.env);
  if (result.exitCode !== 0) {
    throw failure(`terraform output of ${stack}`, result);
  }
  return JSON.parse(result.stdout);
}

async function cdktf(project: Project, args: readonly string[]): Promise<RunResult> {
  const executable = join(project.directory, "node_modules", ".bin", "cdktf");
  const result = await run(executable, [...args, "--output", project.output], {
    directory: project.directory,
    // Without a terminal cdktf prints lines instead of redrawing a screen.
    env: { ...project.env, CI: "1", FORCE_COLOR: "0" },
    ...watching(project),
  });
  if (result.exitCode !== 0) {
    throw failure(`cdktf ${args.join(" ")}`, result);
  }
  return result;
}

const watching = ({
  onLine,
  onStart,
  signal,
}: Project): Pick<RunOptions, "onLine" | "onStart" | "signal"> => ({
  ...(onLine === undefined ? {} : { onLine }),
  ...(onStart === undefined ? {} : { onStart }),
  ...(signal === undefined ? {} : { signal }),
});

/** What it ended with: from the last error on, if it printed one. */
function failure(what: string, { exitCode, stdout, stderr }: RunResult): Error {
  const lines = `${stdout}\n${stderr}`.trim().split("\n");
  const error = lines.findLastIndex((line) => /Error: /.test(line));
  const shown = error === -1 ? lines.slice(-40) : lines.slice(error, error + 40);
  return new Error(`${what} ended with ${exitCode}:\n${shown.join("\n")}`);
}
