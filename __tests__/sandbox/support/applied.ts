import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "../../../sandbox/start.ts";
import type { RunResult } from "../../../sandbox/process/run.ts";
import { runTerraform } from "../../../sandbox/terraform/run.ts";
import { print } from "../support.ts";

/** A configuration of the fixtures folder in a directory of its own, run by real Terraform. */
export class Applied {
  private readonly sandbox: Sandbox;
  private readonly directory: string;

  private constructor(sandbox: Sandbox, directory: string) {
    this.sandbox = sandbox;
    this.directory = directory;
  }

  static async create(sandbox: Sandbox, fixture: string): Promise<Applied> {
    const directory = await mkdtemp(join(tmpdir(), "pilot-light-"));
    await copyFile(new URL(`../fixtures/${fixture}`, import.meta.url), join(directory, "main.tf"));
    const applied = new Applied(sandbox, directory);
    await applied.terraform("init");
    await applied.terraform("apply", "-auto-approve");
    return applied;
  }

  /** What a new plan would do: nothing, or what Terraform prints. */
  async plan(): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run("plan", "-detailed-exitcode");
    return exitCode === 0 ? "nothing" : `${stdout}${stderr}`;
  }

  async output(name: string): Promise<unknown> {
    return JSON.parse(await this.terraform("output", "-json", name));
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  private async terraform(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(...args);
    if (exitCode !== 0) {
      throw new Error(`terraform ${args.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}`);
    }
    return stdout;
  }

  private run(...args: readonly string[]): Promise<RunResult> {
    return runTerraform(this.directory, [...args, "-no-color"], this.sandbox.env, { onLine: print });
  }
}
