import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { z } from "zod";
import type { RegionalAws } from "../../aws/port.ts";
import type { DrillConfig } from "../../drill/schema.ts";
import { ALLOW_WHILE_FENCED } from "../../naming/names.ts";
import { terraformBinary } from "../../toolchain/binary.ts";
import { StepFailed, type Tell } from "../steps/step.ts";
import { type Address, objectsAt, type StateObject, withAdopted, withoutObjects } from "./adoption.ts";
import { adviceFor } from "./advice.ts";
import { complaintsIn, errorsIn } from "./events.ts";
import { importAlone } from "./import-alone.ts";
import { planWithImports } from "./import-blocks.ts";
import { type Outcome, run } from "./process.ts";
import { applyProgress } from "./progress.ts";
import { changesOf } from "./planned-changes.ts";
import { resourcesIn } from "./pulled-state.ts";
import { awaitStateLock, type StatePlace } from "./state-lock.ts";
import {
  type Adoption,
  ApplyFailed,
  type Import,
  type PlanOptions,
  type Terraform,
  type TerraformPlan,
} from "./terraform.ts";

/** Where and how Terraform works. */
export interface TerraformSettings {
  /** Root of the project: where `main.ts` is. */
  readonly root: string;
  /** Folder with the environment files. */
  readonly environments: string;
  /** Folder that stacks are synthesized to: `cdktf.out`. */
  readonly outdir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the state of a stack lies, and who answers there. */
  readonly stateOf: (stack: string) => Promise<StatePlace & { readonly aws: RegionalAws }>;
  /** Id of a state lock that the operator gives up. */
  readonly unlockState: string | undefined;
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly tell: Tell;
}

const outputsSchema = z.record(z.string(), z.looseObject({ sensitive: z.boolean(), value: z.unknown() }));

/** A return plans the primary that it has fenced itself. */
const OWN_PLANS = { [`TF_VAR_${ALLOW_WHILE_FENCED}`]: "true" };

const PLAN_FILE = "recovery.tfplan";
/** What Terraform leaves behind when it can't write the state to its bucket. */
const ERRORED_STATE = "errored.tfstate";

/** Terraform on this machine, in the stacks of the synthesized output. */
export class LiveTerraform implements Terraform {
  constructor(private readonly settings: TerraformSettings) {}

  async synthesize(copy?: DrillConfig): Promise<void> {
    const { root, environments, outdir, env } = this.settings;
    const { exitCode, output, errors } = await run({
      file: process.execPath,
      args: [join(root, "scripts", "run.mjs"), "main.ts"],
      directory: resolve(outdir),
      workIn: root,
      env: {
        ...env,
        ENVIRONMENTS_DIR: resolve(environments),
        CDKTF_OUTDIR: resolve(outdir),
        UNMET_OBJECTIVES: "accept",
        DRILL: copy === undefined ? "" : JSON.stringify(copy),
      },
    });
    if (exitCode === 0) return;
    throw new StepFailed(
      `the environment files can't be synthesized: ${`${errors}${output}`.trim()}`,
      "nothing was planned or changed by this attempt",
      [`# correct what is named in ${environments}`],
    );
  }

  async plan(stack: string, options: PlanOptions = {}): Promise<TerraformPlan> {
    const directory = this.directoryOf(stack);
    if (!existsSync(join(directory, "cdk.tf.json")))
      throw new StepFailed(`nothing is synthesized in ${directory}`, "nothing was planned", [
        "npm run synth",
      ]);
    await this.awaitLock(stack, directory);
    await this.init(stack, directory);
    await this.bringBackState(stack, directory);
    const args = [
      "plan",
      "-json",
      "-input=false",
      `-refresh=${options.refresh ?? false}`,
      ...(options.destroy === true ? ["-destroy"] : []),
      ...(options.targets ?? []).map((target) => `-target=${target}`),
      `-out=${PLAN_FILE}`,
    ];
    const planned = await planWithImports(directory, options.imports ?? [], () =>
      this.terraform(directory, args),
    );
    if (planned.exitCode !== 0)
      throw failed(`terraform plan of ${stack}`, planned, "nothing was changed by this attempt");
    const shown = await this.terraform(directory, ["show", "-json", PLAN_FILE]);
    if (shown.exitCode !== 0)
      throw failed(`terraform show of ${stack}`, shown, "nothing was changed by this attempt");
    const json: unknown = JSON.parse(shown.output);
    return { stack, file: join(directory, PLAN_FILE), json, changes: changesOf(json) };
  }

  async apply({ stack, file, changes }: TerraformPlan, expectedMinutes?: number): Promise<void> {
    const directory = this.directoryOf(stack);
    const { now, tell } = this.settings;
    const applied = await this.terraform(
      directory,
      ["apply", "-json", "-input=false", file],
      applyProgress(changes.flatMap(({ actions }) => actions).length, expectedMinutes, now, tell),
    );
    rmSync(file, { force: true });
    if (applied.exitCode === 0) return;
    const { message, state, next } = failed(
      `terraform apply of ${stack}`,
      applied,
      "what was applied before it failed stays, and is in the state; nothing was undone",
    );
    throw new ApplyFailed(message, state, next, complaintsIn(applied.output));
  }

  async attributes(stack: string, address: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return resourcesIn(await this.pull(stack)).get(address);
  }

  async release(stack: string, addresses: readonly string[]): Promise<void> {
    const present = resourcesIn(await this.pull(stack));
    const known = addresses.filter((address) => present.has(address));
    if (known.length === 0) return;
    const removed = await this.terraform(this.directoryOf(stack), ["state", "rm", ...known]);
    if (removed.exitCode !== 0)
      throw failed(`terraform state rm of ${stack}`, removed, "nothing was destroyed or released");
  }

  async objects(stack: string, address: Address): Promise<readonly StateObject[]> {
    return objectsAt(parse(await this.pull(stack)), address);
  }

  async drop(stack: string, address: Address, isDropped: (object: StateObject) => boolean): Promise<void> {
    await this.push(stack, withoutObjects(parse(await this.pull(stack)), address, isDropped));
  }

  async move(stack: string, from: string, to: string): Promise<void> {
    const directory = this.directoryOf(stack);
    await this.awaitLock(stack, directory);
    await this.init(stack, directory);
    const moved = await this.terraform(directory, ["state", "mv", from, to]);
    if (moved.exitCode !== 0)
      throw failed(`terraform state mv of ${stack}`, moved, "nothing was moved or destroyed");
  }

  async adopt(stack: string, address: Address, id: string, argued: Adoption): Promise<void> {
    this.settings.tell(
      `taking ${id} into the state of ${stack}: an apply that failed or was cut off has made it`,
    );
    const state = parse(await this.pull(stack));
    const directory = this.directoryOf(stack);
    const imported = await importAlone(directory, address, id, (scratch, args) =>
      this.terraform(scratch, args),
    );
    await this.push(stack, withAdopted(state, imported, address, argued));
  }

  async take(stack: string, imports: readonly Import[]): Promise<void> {
    const directory = this.directoryOf(stack);
    await this.awaitLock(stack, directory);
    await this.init(stack, directory);
    for (const { address, id } of imports) {
      this.settings.tell(`taking ${address}, ${id}, into the state of ${stack}`);
      const taken = await this.terraform(directory, ["import", "-input=false", "-no-color", address, id]);
      if (taken.exitCode !== 0) throw failed(`terraform import of ${id}`, taken, "nothing was removed");
    }
  }

  /** The whole state of a stack as it was written, decoded by no provider (T49); empty where there is none. */
  private async pull(stack: string): Promise<string> {
    const directory = this.directoryOf(stack);
    await this.awaitLock(stack, directory);
    await this.init(stack, directory);
    await this.bringBackState(stack, directory);
    const pulled = await this.terraform(directory, ["state", "pull"]);
    if (pulled.exitCode !== 0)
      throw failed(`terraform state pull of ${stack}`, pulled, "nothing was changed");
    return pulled.output;
  }

  /** Terraform itself refuses a state whose serial is not higher than the one in the bucket. */
  private async push(stack: string, state: unknown): Promise<void> {
    const directory = this.directoryOf(stack);
    const file = join(directory, "recovery.tfstate");
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    const pushed = await this.terraform(directory, ["state", "push", file]);
    rmSync(file, { force: true });
    if (pushed.exitCode !== 0)
      throw failed(`terraform state push of ${stack}`, pushed, "nothing was changed");
  }

  async outputs(stack: string): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.terraform(this.directoryOf(stack), ["output", "-json"]);
    if (answer.exitCode !== 0) throw failed(`terraform output of ${stack}`, answer, "nothing was changed");
    const outputs = outputsSchema.parse(JSON.parse(answer.output));
    return Object.fromEntries(
      Object.entries(outputs).flatMap(([name, { sensitive, value }]) => (sensitive ? [] : [[name, value]])),
    );
  }

  private async init(stack: string, directory: string): Promise<void> {
    // What was initialized for another region's state must not be asked whether to copy it.
    const outcome = await this.terraform(directory, ["init", "-input=false", "-no-color", "-reconfigure"]);
    if (outcome.exitCode !== 0)
      throw failed(`terraform init of ${stack}`, outcome, "nothing was planned or changed by this attempt");
  }

  private async awaitLock(stack: string, directory: string): Promise<void> {
    const { stateOf, unlockState, now, pause, tell } = this.settings;
    const { aws, ...place } = await stateOf(stack);
    await awaitStateLock({
      stack,
      directory,
      place,
      aws,
      unlock: unlockState,
      now,
      pause,
      tell,
      release: async (id) => {
        await this.init(stack, directory);
        const released = await this.terraform(directory, ["force-unlock", "-force", id]);
        if (released.exitCode !== 0)
          throw failed(`terraform force-unlock of ${stack}`, released, "the state is still locked");
      },
    });
  }

  /** An apply that lost its bucket has left the state in a file, and nothing else knows what it made. */
  private async bringBackState(stack: string, directory: string): Promise<void> {
    const file = join(directory, ERRORED_STATE);
    if (!existsSync(file)) return;
    this.settings.tell(`bringing back the state of ${stack} that an earlier apply could not write`);
    const pushed = await this.terraform(directory, ["state", "push", ERRORED_STATE]);
    if (pushed.exitCode !== 0)
      throw failed(
        `terraform state push of ${file}`,
        pushed,
        "what the earlier apply made is in that file only; it was not changed",
      );
    renameSync(file, `${file}.pushed`);
  }

  private terraform(
    directory: string,
    args: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<Outcome> {
    const env = { ...this.settings.env, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1", ...OWN_PLANS };
    return run({ file: terraformBinary(env), args, directory, env, ...(onLine && { onLine }) });
  }

  private directoryOf(stack: string): string {
    return resolve(this.settings.outdir, "stacks", stack);
  }
}

const parse = (pulled: string): unknown => (pulled.trim() === "" ? undefined : JSON.parse(pulled));

function failed(what: string, { output, errors }: Outcome, state: string): StepFailed {
  const said = errorsIn(`${output}\n${errors}`);
  return new StepFailed(`${what} failed: ${said.join("; ")}`, state, adviceFor(said));
}
