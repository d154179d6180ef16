import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** A local mirror of Terraform providers that holds the AWS provider for this machine. */
export interface ProviderMirror {
  /** What Terraform's `filesystem_mirror` takes: the folder that holds the registry hosts. */
  readonly directory: string;
  /** Versions found, newest first. */
  readonly versions: readonly string[];
}

/** Terraform's implied local mirrors (its "Implied Local Mirror Directories"), in its order. */
export const impliedMirrors = (
  env: NodeJS.ProcessEnv,
  home: string = homedir(),
  system: NodeJS.Platform = process.platform,
): string[] => {
  const ofUser =
    system === "darwin"
      ? [join(home, "Library/Application Support/io.terraform/plugins")]
      : [join(env["XDG_DATA_HOME"] ?? join(home, ".local/share"), "terraform/plugins")];
  const ofSystem =
    system === "darwin"
      ? ["/Library/Application Support/io.terraform/plugins"]
      : (env["XDG_DATA_DIRS"] ?? "/usr/local/share:/usr/share")
          .split(":")
          .map((directory) => join(directory, "terraform/plugins"));
  return [join(home, ".terraform.d/plugins"), ...ofUser, ...ofSystem];
};

/** Where software that no package manager installed usually lies. */
export const SOFTWARE_ROOTS: readonly string[] = [
  "/opt",
  "/usr/local/lib",
  "/usr/local/share",
  "/usr/lib",
  "/usr/share",
  "/srv",
];

/** Names of Terraform's platform folders. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };
export const terraformPlatform = (): string =>
  `${process.platform}_${ARCHITECTURES[process.arch] ?? process.arch}`;

/** How many folders a mirror may lie below a root: a search of everything would take minutes on a large disk. */
const DEPTH = 4;

export interface MirrorSearch {
  readonly env: NodeJS.ProcessEnv;
  readonly roots?: readonly string[];
  readonly implied?: readonly string[];
  readonly platform?: string;
}

/** `TF_PLUGIN_DIR` when it is set, and nothing else then; else the implied mirrors; else a search below the roots. */
export async function findProviderMirror(search: MirrorSearch): Promise<ProviderMirror | undefined> {
  const platform = search.platform ?? terraformPlatform();
  const chosen = search.env["TF_PLUGIN_DIR"];
  if (chosen !== undefined && chosen !== "") {
    return findBelow(chosen, platform, 1);
  }
  for (const directory of search.implied ?? impliedMirrors(search.env)) {
    const mirror = await readMirror(directory, platform);
    if (mirror !== undefined) {
      return mirror;
    }
  }
  for (const root of search.roots ?? SOFTWARE_ROOTS) {
    const mirror = await findBelow(root, platform, DEPTH);
    if (mirror !== undefined) {
      return mirror;
    }
  }
  return undefined;
}

/** Breadth first, so that a mirror is preferred to a copy of it deep inside something else. */
async function findBelow(root: string, platform: string, depth: number): Promise<ProviderMirror | undefined> {
  let level: readonly string[] = [root];
  for (let deep = 0; deep <= depth; deep += 1) {
    const next: string[] = [];
    for (const directory of level) {
      const mirror = await readMirror(directory, platform);
      if (mirror !== undefined) {
        return mirror;
      }
      next.push(...(await subdirectories(directory)).map((name) => join(directory, name)));
    }
    level = next;
  }
  return undefined;
}

async function readMirror(directory: string, platform: string): Promise<ProviderMirror | undefined> {
  for (const host of await subdirectories(directory)) {
    // Only a registry host has a dot: this keeps the search from looking into every folder twice.
    const provider = join(directory, host, "hashicorp", "aws");
    const versions = host.includes(".") ? await providerVersions(provider, platform) : [];
    if (versions.length > 0) {
      return { directory, versions };
    }
  }
  return undefined;
}

const ARCHIVE = /^terraform-provider-aws_(\d+\.\d+\.\d+)_(.+)\.zip$/;
const VERSION = /^\d+\.\d+\.\d+$/;

/** Terraform knows two layouts: unpacked in `<version>/<platform>/`, and packed as zip archives. */
async function providerVersions(provider: string, platform: string): Promise<string[]> {
  const names = await entries(provider);
  const found: string[] = [];
  for (const name of names) {
    const [, archived, archivedPlatform] = ARCHIVE.exec(name) ?? [];
    if (archived !== undefined && archivedPlatform === platform) {
      found.push(archived);
    } else if (VERSION.test(name) && (await entries(join(provider, name, platform))).length > 0) {
      found.push(name);
    }
  }
  return [...new Set(found)].toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
}

const entries = (directory: string): Promise<string[]> => readdir(directory).catch(() => []);

async function subdirectories(directory: string): Promise<string[]> {
  const found = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
