import { beforeAll, describe, expect, it } from "vitest";
import { findingsIn } from "../../scripts/ci/vet.ts";
import { specsOf } from "../../src/config/spec.ts";
import type { Template } from "../../src/guardrails/template.ts";
import { EXAMPLES, exampleConfigurator } from "../support/examples.ts";
import { templatesOf } from "../support/synthesis.ts";

describe("stacks of this project", () => {
  it.each(EXAMPLES)("of %s may be planned", async (name) => {
    const templates = templatesOf(specsOf((await exampleConfigurator(name))()));
    expect(templates.size).toBeGreaterThan(0);
    for (const template of templates.values()) expect(findingsIn(template)).toEqual([]);
  });
});

describe("a stack that could do more than be planned", () => {
  let stack: Template;
  beforeAll(async () => {
    const templates = templatesOf(specsOf((await exampleConfigurator("traffic-operator"))()));
    const traffic = templates.get("traffic");
    if (traffic === undefined) throw new Error("the example has no traffic stack");
    stack = traffic;
  });

  /** The stack with other things in one of its parts. */
  const having = (part: string, more: object): unknown => ({
    ...stack,
    [part]: Object.assign({}, stack[part], more),
  });
  const provider = (more: object): unknown =>
    having("provider", {
      aws: [{ region: "eu-west-1", allowed_account_ids: ["111122223333"], ...more }],
    });
  const output = (value: string): unknown => having("output", { leak: { value } });

  it.each<[string, () => unknown, string]>([
    [
      "a data source that runs a program",
      () => having("data", { external: { a: { program: ["sh"] } } }),
      "external",
    ],
    [
      "a data source that reads a secret",
      () => having("data", { aws_secretsmanager_secret_version: {} }),
      "aws_secretsmanager",
    ],
    ["a data source that reads a file", () => having("data", { local_file: {} }), "local_file"],
    ["a data source that asks a server", () => having("data", { http: {} }), "http"],
    ["a module", () => ({ ...stack, module: { a: { source: "git::https://example.com" } } }), "module"],
    ["another provider", () => having("provider", { evil: [{}] }), "evil"],
    ["a resource of another provider", () => having("resource", { null_resource: {} }), "null_resource"],
    [
      "credentials from a program",
      () => provider({ shared_config_files: ["config"] }),
      "shared_config_files",
    ],
    [
      "an endpoint outside of AWS",
      () => provider({ endpoints: [{ sts: "https://example.com" }] }),
      "endpoints",
    ],
    [
      "a role",
      () => provider({ assume_role: [{ role_arn: "arn:aws:iam::111122223333:role/a" }] }),
      "assume_role",
    ],
    [
      "a provider from elsewhere",
      () => having("terraform", { required_providers: { aws: { source: "evil/aws", version: "1.0.0" } } }),
      "source",
    ],
    [
      "a second provider",
      () =>
        having("terraform", {
          required_providers: { aws: { source: "aws", version: "5.100.0" }, evil: { source: "evil/evil" } },
        }),
      "evil",
    ],
    [
      "another backend",
      () => having("terraform", { backend: { http: { address: "https://example.com" } } }),
      "http",
    ],
    ["Terraform's cloud", () => having("terraform", { cloud: { organization: "evil" } }), "cloud"],
    ["a file's text", () => output('${base64encode(file("/proc/self/environ"))}'), "reads a file"],
    ["a file's text past a comment", () => output('${file/* */("/proc/self/environ")}'), "reads a file"],
    ["a file's text past a brace", () => output('${"}" == "" ? "" : file("/etc/passwd")}'), "reads a file"],
    [
      "a file's text in a template",
      () => output('%{ if true }${filebase64("/etc/passwd")}%{ endif }'),
      "reads a file",
    ],
    [
      "a file's text behind an escape",
      () => output('$${a} ${templatefile("/etc/passwd", {})}'),
      "reads a file",
    ],
    [
      "a file's text in a key",
      () => having("output", { '${file("/etc/passwd")}': { value: "a" } }),
      "reads a file",
    ],
    ["no stack at all", () => "a", "expected object"],
  ])("is refused: %s", (_, template, finding) => {
    expect(findingsIn(template()).join("\n")).toContain(finding);
  });

  it.each([
    '$${file("a")}, a file',
    '${aws_route53_record.a.name} and file("b")',
    '${join("file(", ["}", "\\"", "%%{file}"])} # file("b")',
    "${aws_s3_object.profile.key}",
  ])("is not one for text that only looks like it: %s", (text) => {
    expect(findingsIn(output(text))).toEqual([]);
  });
});
