import { execFile } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";

const ROOT = resolve(import.meta.dirname, "../../..");

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface SynthOptions {
  readonly outdir: string;
  /** Folder of environment files, from the project's root. */
  readonly environments?: string;
  /** Takes all state from this region. */
  readonly stateRegion?: string;
  /** HCL in place of JSON. */
  readonly hcl?: boolean;
}

/** What `npm run synth` runs. */
export const synth = (options: SynthOptions): Promise<CommandResult> =>
  command(process.execPath, ["scripts/run.mjs", "main.ts"], options);

/** `npx cdktf synth`, where cdktf finds nobody to ask. */
export const cdktfSynth = (options: SynthOptions): Promise<CommandResult> =>
  command(
    resolve(ROOT, "node_modules/.bin/cdktf"),
    ["synth", "--output", options.outdir, ...(options.hcl === true ? ["--hcl"] : [])],
    options,
  );

function command(file: string, args: readonly string[], options: SynthOptions): Promise<CommandResult> {
  const env = {
    ...process.env,
    CDKTF_OUTDIR: options.outdir,
    ENVIRONMENTS_DIR: options.environments ?? "environments",
    STATE_REGION: options.stateRegion ?? "",
    CHECKPOINT_DISABLE: "1",
    CI: "1",
  };
  return new Promise((done) => {
    execFile(file, [...args], { cwd: ROOT, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      done({ exitCode: typeof code === "number" ? code : 1, stdout, stderr });
    });
  });
}
