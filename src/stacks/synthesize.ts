import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { Specs } from "../config/spec.ts";
import { parseTemplate, type Template } from "../guardrails/template.ts";
import { hclOf } from "../hcl/render.ts";
import { buildStacks } from "./build-stacks.ts";
import { literalSpecs } from "../config/literal-text.ts";

/** What a synthesis yields; nothing of it is written yet. */
export interface Synthesis {
  /** Terraform JSON of every stack, by stack id. */
  readonly templates: ReadonlyMap<string, Template>;
  /** Contents of the output folder, by path below it. */
  readonly files: ReadonlyMap<string, string>;
}

/** Builds and renders every stack. */
export function synthesize(specs: Specs): Synthesis {
  // CDKTF writes as it renders; what is wrong must be known before the user's output folder changes.
  const staging = mkdtempSync(join(tmpdir(), "pilot-light-"));
  try {
    // CDKTF's validations run Terraform to see its version, which nobody needs for a synthesis; every stack says which it takes.
    const app = new App({ outdir: staging, stackTraces: false, skipValidation: true });
    buildStacks(app, literalSpecs(specs));
    app.synth();
    const files = readFiles(staging);
    const stacks = app.node.children.filter((child) => TerraformStack.isStack(child));
    const templates = new Map(stacks.map((stack) => [stack.node.id, templateOf(stack, files)]));
    return { files: withHcl(files, stacks, templates), templates };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function readFiles(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1).replaceAll(sep, "/"), readFileSync(path, "utf8")];
    }),
  );
}

/** With `cdktf synth --hcl` there is no JSON among the files. */
function templateOf(stack: TerraformStack, files: ReadonlyMap<string, string>): Template {
  const json = files.get(`stacks/${stack.node.id}/cdk.tf.json`);
  return parseTemplate(json === undefined ? stack.toTerraform() : JSON.parse(json));
}

/** With `cdktf synth --hcl`, what CDKTF wrote is replaced by HCL that Terraform accepts. */
function withHcl(
  files: ReadonlyMap<string, string>,
  stacks: readonly TerraformStack[],
  templates: ReadonlyMap<string, Template>,
): ReadonlyMap<string, string> {
  const written = new Map(files);
  for (const stack of stacks) {
    const path = `stacks/${stack.node.id}/cdk.tf`;
    const template = templates.get(stack.node.id);
    if (files.has(path) && template !== undefined) written.set(path, hclOf(stack, template));
  }
  return written;
}
