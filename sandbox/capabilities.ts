import { resolve } from "node:path";
import toolchain from "../toolchain.json" with { type: "json" };
import { findProviderMirror, type ProviderMirror } from "./discovery/provider-mirror.ts";
import { ensureMoto } from "./discovery/python.ts";
import { reachesRegistry } from "./discovery/registry.ts";
import { findExecutable } from "./discovery/software.ts";
import { terraformBinary } from "./terraform/run.ts";

/** What the sandbox needs of this machine. */
export interface Capabilities {
  /** One line for each thing that is missing, with the command that installs it. Empty when everything is there. */
  readonly missing: readonly string[];
  readonly terraform: string | undefined;
  readonly python: string | undefined;
  readonly motoVersion: string | undefined;
  /** Undefined when the provider would have to come from the registry. */
  readonly mirror: ProviderMirror | undefined;
}

export interface CapabilityOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Where the private Python environment is, or goes. */
  readonly directory?: string;
  readonly progress?: (line: string) => void;
  /** Whether the registry answers; asked only when no mirror is found. */
  readonly reachesRegistry?: () => Promise<boolean>;
}

/** Everything that the sandbox keeps on disk. */
export const SANDBOX_DIRECTORY = ".sandbox";

/** Looks for Terraform, the AWS provider and moto; installs moto privately if it is missing. */
export async function sandboxCapabilities(options: CapabilityOptions = {}): Promise<Capabilities> {
  const env = options.env ?? process.env;
  const directory = resolve(options.directory ?? SANDBOX_DIRECTORY);
  const terraform = await findExecutable(terraformBinary(env), env["PATH"]);
  const found = await findProviderMirror({ env });
  const mirror = found?.versions.includes(toolchain.provider) === true ? found : undefined;
  const moto = await ensureMoto(directory, options.progress ?? (() => undefined), env["PATH"]);
  const missing = [
    ...(terraform === undefined ? [TERRAFORM_MISSING] : []),
    ...(mirror === undefined && !(await (options.reachesRegistry ?? reachesRegistry)())
      ? [PROVIDER_MISSING]
      : []),
    ...(moto.kind === "missing" ? [moto.reason] : []),
  ];
  return {
    missing,
    terraform,
    mirror,
    python: moto.kind === "found" ? moto.python : undefined,
    motoVersion: moto.kind === "found" ? moto.version : undefined,
  };
}

/** Without one of these nothing can be validated; planning needs moto as well. */
export const TERRAFORM_MISSING =
  "terraform is not on the PATH; install it with: brew install terraform (or your system's package of it, 1.11 or newer)";
export const PROVIDER_MISSING = `no mirror holds version ${toolchain.provider} of the AWS provider and the registry does not answer; where it does, run: terraform providers mirror <dir>, and set TF_PLUGIN_DIR=<dir>`;
