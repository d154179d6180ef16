import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sandboxCapabilities } from "../../sandbox/capabilities.ts";
import { findProviderMirror } from "../../sandbox/discovery/provider-mirror.ts";
import { sandboxEnvironment } from "../../sandbox/terraform/environment.ts";
import { toolchain } from "../../src/toolchain/toolchain.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pilot-light-test-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const platform = "linux_amd64";
const HOST = "registry.example.com";

async function unpacked(mirror: string, version: string, forPlatform = platform) {
  const directory = join(root, mirror, HOST, "hashicorp", "aws", version, forPlatform);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "terraform-provider-aws"), "");
}

const search = (env: NodeJS.ProcessEnv = {}, implied: string[] = []) =>
  findProviderMirror({ env, platform, implied: implied.map((name) => join(root, name)), roots: [root] });

describe("the provider mirror", () => {
  it("is found below a software root, with its versions newest first", async () => {
    await unpacked("tools/terraform/mirror", "5.99.1");
    await unpacked("tools/terraform/mirror", "5.100.0");
    expect(await search()).toEqual({
      directory: join(root, "tools/terraform/mirror"),
      versions: ["5.100.0", "5.99.1"],
    });
  });

  it("may hold packed providers", async () => {
    const directory = join(root, "mirror", HOST, "hashicorp", "aws");
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "5.100.0.json"), "{}");
    await writeFile(join(directory, "terraform-provider-aws_5.100.0_linux_amd64.zip"), "");
    expect(await search()).toMatchObject({ versions: ["5.100.0"] });
  });

  it("is none when it holds the provider for another machine, or an empty folder", async () => {
    await unpacked("mirror", "5.100.0", "darwin_arm64");
    await mkdir(join(root, "other", HOST, "hashicorp", "aws", "5.100.0", platform), { recursive: true });
    expect(await search()).toBeUndefined();
  });

  it("is looked for where Terraform itself looks before anywhere else", async () => {
    await unpacked("a-root-mirror", "5.100.0");
    await unpacked("implied", "5.100.0");
    expect(await search({}, ["absent", "implied"])).toMatchObject({ directory: join(root, "implied") });
  });

  it("is the one that TF_PLUGIN_DIR names, or none: a wrong path is not papered over", async () => {
    await unpacked("mirror", "5.100.0");
    await unpacked("chosen", "5.101.0");
    expect(await search({ TF_PLUGIN_DIR: join(root, "chosen") })).toMatchObject({ versions: ["5.101.0"] });
    expect(await search({ TF_PLUGIN_DIR: join(root, "absent") })).toBeUndefined();
  });

  it("is not searched for without bound", async () => {
    await unpacked("a/b/c/d/e/f/mirror", "5.100.0");
    expect(await search()).toBeUndefined();
  });
});

describe("what is missing", () => {
  it("is named in one line each, with what installs it", async () => {
    const { missing } = await sandboxCapabilities({
      env: { PATH: root, TF_PLUGIN_DIR: join(root, "absent") },
      directory: root,
      reachesRegistry: () => Promise.resolve(false),
    });
    expect(missing).toEqual([
      "terraform is not on the PATH; install it with: brew install terraform (or your system's package of it, 1.11 or newer)",
      `no mirror holds version ${toolchain().provider} of the AWS provider and the registry does not answer; where it does, run: terraform providers mirror <dir>, and set TF_PLUGIN_DIR=<dir>`,
      "python 3 is not on the PATH; install it with: apt-get install python3 python3-venv",
    ]);
  });

  it("does not include the provider where the registry answers", async () => {
    const { missing, mirror } = await sandboxCapabilities({
      env: { PATH: root, TF_PLUGIN_DIR: join(root, "absent") },
      directory: root,
      reachesRegistry: () => Promise.resolve(true),
    });
    expect(mirror).toBeUndefined();
    expect(missing.filter((line) => line.includes("provider"))).toEqual([]);
  });
});

it("keeps the user's own AWS and proxy settings out of the sandbox", () => {
  const inherited = {
    HOME: "/home/someone",
    AWS_PROFILE: "production",
    AWS_SESSION_TOKEN: "real",
    AWS_ENDPOINT_URL_S3: "https://example.com",
    TF_CLI_CONFIG_FILE: "/nowhere",
    TF_VAR_x: "1",
    https_proxy: "http://proxy",
    NO_PROXY: "127.0.0.1",
  };
  const env = sandboxEnvironment({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" }, inherited);
  expect(env).toEqual({ HOME: "/home/someone", AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
});
