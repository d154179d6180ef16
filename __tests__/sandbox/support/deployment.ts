import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { SANDBOX_CREDENTIALS } from "../../../sandbox/gateway/moto-port.ts";
import { run, type RunOptions, type RunResult } from "../../../sandbox/process/run.ts";
import type { Sandbox } from "../../../sandbox/start.ts";
import { writeEnvironments } from "../../../sandbox/terraform/environment-files.ts";
import type { Project } from "../../../sandbox/terraform/project.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { specsOf, type Specs } from "../../../src/config/spec.ts";
import { type Changes, merge } from "../../support/environments.ts";
import { print } from "../support.ts";

/** What tells how far it is: not the plans, which are thousands of lines. */
const PROGRESS = /complete[ !]|elapsed|Error:|No changes|^Plan: |Stacks? done/;

export function progress(line: string): void {
  if (PROGRESS.test(line)) {
    print(line);
  }
}

const ROOT = resolve(import.meta.dirname, "../../..");

/** The project with an environments folder and an output folder of its own, as somebody would use it who has just cloned it. */
export class Deployment {
  readonly environments: string;
  readonly project: Project;
  private readonly folder: string;
  private readonly files: Changes;

  private constructor(folder: string, files: Changes, env: Sandbox["env"]) {
    this.folder = folder;
    this.files = files;
    this.environments = join(folder, "environments");
    this.project = {
      directory: ROOT,
      output: join(folder, "out"),
      env: { ...env, ENVIRONMENTS_DIR: this.environments, CDKTF_OUTDIR: join(folder, "out") },
      onLine: progress,
    };
  }

  static async create(sandbox: Pick<Sandbox, "env">, files: Changes): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), "pilot-light-deployment-"));
    const deployment = new Deployment(folder, files, sandbox.env);
    await deployment.edit();
    return deployment;
  }

  /** Writes the environment files with changes, one over the other; those of an earlier edit are gone. */
  async edit(...changes: readonly Changes[]): Promise<void> {
    await writeEnvironments(this.environments, changes.reduce<Changes>(merge, this.files));
  }

  /** What the files ask for, after defaults, pairing and posture. */
  async specs(): Promise<Specs> {
    return specsOf(await loadConfiguration(this.environments, {}));
  }

  /** `npm run bootstrap`. */
  bootstrap(args: readonly string[] = ["--yes"], options: Partial<RunOptions> = {}): Promise<RunResult> {
    const command = ["scripts/run.mjs", "scripts/bootstrap.ts", "--work-dir", join(this.folder, "work")];
    return run(process.execPath, [...command, ...args], {
      directory: ROOT,
      env: this.project.env,
      onLine: progress,
      ...options,
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A certificate that is issued in the emulated AWS; the examples name ones that exist nowhere. */
export async function requestCertificate({ url }: Pick<Sandbox, "url">, region: string): Promise<string> {
  const acm = new ACMClient({ endpoint: url, region, credentials: SANDBOX_CREDENTIALS });
  const { CertificateArn = "" } = await acm.send(
    new RequestCertificateCommand({ DomainName: "shop.example.com", ValidationMethod: "DNS" }),
  );
  return CertificateArn;
}
