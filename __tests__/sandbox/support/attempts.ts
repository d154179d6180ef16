import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { RunOptions, RunResult } from "../../../sandbox/process/run.ts";
import { stackDirectory } from "../../../sandbox/terraform/project.ts";
import type { RecoveredPair } from "./recovered-pair.ts";

/** A command that is killed, and given again until it comes to its end. */
export class Attempts {
  /** What all of them have said. */
  whole = "";

  constructor(
    private readonly pair: RecoveredPair,
    private readonly args: readonly string[],
  ) {}

  /** SIGKILL to the command as soon as it says so; Terraform goes on, unless that of a stack is to die as well. */
  async killAt(said: RegExp, terraformOf?: string): Promise<void> {
    let group: number | undefined;
    let isOver = false;
    const { stdout, stderr } = await this.pair.dr(this.args, {
      onStart: (started) => {
        group = started;
      },
      onLine: (line) => {
        if (isOver || group === undefined || !said.test(line)) return;
        isOver = true;
        process.kill(-group, "SIGKILL");
      },
    });
    this.whole += stdout;
    if (!isOver) throw new Error(`nothing said ${said.source}:\n${stdout}${stderr}`);
    if (terraformOf === undefined) return;
    const file = join(stackDirectory(this.pair.deployment.project, terraformOf), "recovery-terraform.pid");
    process.kill(-Number(await readFile(file, "utf8")), "SIGKILL");
  }

  /** The one that is left alone. */
  async finish(options: Partial<RunOptions> = {}): Promise<RunResult> {
    const result = await this.pair.dr(this.args, options);
    this.whole += result.stdout;
    return result;
  }

  /** How often a step has come to its end in all of them. */
  timesDone(step: string): number {
    return this.whole.match(new RegExp(`\\d\\] ${step}: done in`, "g"))?.length ?? 0;
  }
}
