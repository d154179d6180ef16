import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Capabilities } from "../../../sandbox/capabilities.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/start.ts";
import { runTerraform } from "../../../sandbox/terraform/run.ts";
import { specsOf } from "../../../src/config/spec.ts";
import type { Changes } from "../../support/environments.ts";
import { exampleConfigurator } from "../../support/examples.ts";
import { templatesOf } from "../../support/synthesis.ts";
import { print } from "../support.ts";

const planSchema = z.object({
  resource_changes: z.array(
    z.object({ address: z.string(), change: z.object({ actions: z.array(z.string()) }) }),
  ),
});

/** The platform of an example's standby in a sandbox of its own, without what takes minutes and others deploy. */
export class PlatformStack {
  private constructor(
    readonly sandbox: Sandbox,
    private readonly directory: string,
    private readonly configure: Awaited<ReturnType<typeof exampleConfigurator>>,
    private readonly targets: readonly string[],
  ) {}

  /** @param addresses what is planned and applied, with all that it refers to */
  static async start(
    capabilities: Capabilities,
    example: string,
    account: string,
    addresses: readonly string[],
  ): Promise<PlatformStack> {
    const sandbox = await startSandbox({ capabilities, account });
    const directory = await mkdtemp(join(tmpdir(), `pilot-light-${example}-`));
    const configure = await exampleConfigurator(example);
    const targets = addresses.map((address) => `-target=${address}`);
    const stack = new PlatformStack(sandbox, directory, configure, targets);
    await stack.write();
    await stack.terraform(["init"]);
    return stack;
  }

  async remove(): Promise<void> {
    await this.sandbox.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Synthesizes the standby, with local state. */
  async write(record: Changes = {}): Promise<void> {
    const specs = specsOf(this.configure(record));
    const services = specs.services.filter(({ name }) => name === "dr");
    const template = templatesOf({ ...specs, bootstrap: undefined, traffic: undefined, services }).get("dr");
    const { backend: _, ...settings } = template?.terraform ?? {};
    const json = JSON.stringify({ ...template, terraform: settings }, undefined, 1);
    await writeFile(join(this.directory, "cdk.tf.json"), json);
  }

  async apply(): Promise<void> {
    await this.terraform(["apply", "-auto-approve", ...this.targets]);
  }

  /** @throws Error with the plan, unless Terraform finds nothing to do */
  async expectEmptyPlan(): Promise<void> {
    await this.terraform(["plan", "-detailed-exitcode", ...this.targets]);
  }

  /** What a plan would change, after which it is applied. */
  async change(): Promise<Readonly<Record<string, readonly string[]>>> {
    await this.terraform(["plan", "-refresh=false", "-out=plan", ...this.targets]);
    const { resource_changes: changes } = planSchema.parse(
      JSON.parse(await this.terraform(["show", "-json", "plan"])),
    );
    await this.terraform(["apply", "plan"]);
    const real = changes.filter(({ change: { actions } }) => !actions.includes("no-op"));
    return Object.fromEntries(real.map(({ address, change: { actions } }) => [address, actions]));
  }

  private async terraform(args: readonly string[]): Promise<string> {
    const isShown = args[0] === "show";
    const all = [...args, ...(isShown ? [] : ["-no-color"])];
    const result = await runTerraform(this.directory, all, this.sandbox.env, {
      onLine: isShown ? () => undefined : print,
    });
    if (result.exitCode !== 0)
      throw new Error(
        `terraform ${args.join(" ")} ended with ${result.exitCode}\n${result.stdout}${result.stderr}`,
      );
    return result.stdout;
  }
}
