import { run, type RunOptions, type RunResult } from "../process/run.ts";

/** What is run as Terraform; the same variable as everywhere in the project. */
export const terraformBinary = (env: NodeJS.ProcessEnv): string => env["TERRAFORM_BINARY"] || "terraform";

/** Runs Terraform in a directory, in the environment of a sandbox: `runTerraform(directory, ["plan"], sandbox.env)`. */
export const runTerraform = (
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: Omit<RunOptions, "directory" | "env"> = {},
): Promise<RunResult> => run(terraformBinary(env), args, { ...options, directory, env });
