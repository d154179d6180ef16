import { run, type RunOptions, type RunResult } from "../process/run.ts";

/** Runs Terraform in a directory, in the environment of a sandbox: `runTerraform(directory, ["plan"], sandbox.env)`. */
export const runTerraform = (
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: Omit<RunOptions, "directory" | "env"> = {},
): Promise<RunResult> => run("terraform", args, { ...options, directory, env });
