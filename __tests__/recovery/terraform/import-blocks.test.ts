import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { planWithImports } from "../../../src/recovery/terraform/import-blocks.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pilot-light-imports-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = () => join(directory, "recovery-import.tf.json");
const blocks = (): unknown => (existsSync(file()) ? JSON.parse(readFileSync(file(), "utf8")) : undefined);
const FINE = { exitCode: 0, output: "", errors: "" };

/** As Terraform 1.11.4 prints it. */
const notThere = (address: string): string =>
  JSON.stringify({
    "@level": "error",
    "@message": "Error: Cannot import non-existent remote object",
    diagnostic: {
      severity: "error",
      summary: "Cannot import non-existent remote object",
      detail: `While attempting to import an existing object to "${address}", the provider detected that no object exists with the given id. Only pre-existing objects can be imported; check that the id is correct and that it is associated with the provider's configured region or endpoint, or use "terraform apply" to create a new remote object for this resource.`,
    },
    type: "diagnostic",
  });

it("plans with what is to be imported, and leaves no file behind", async () => {
  const seen: unknown[] = [];
  await planWithImports(directory, [{ address: "aws_vpc.vpc", id: "vpc-1" }], async () => {
    seen.push(blocks());
    return FINE;
  });
  expect(seen).toEqual([{ import: [{ to: "aws_vpc.vpc", id: "vpc-1" }] }]);
  expect(existsSync(file())).toBe(false);
});

it("leaves out what does not exist", async () => {
  const seen: unknown[] = [];
  const imports = [
    { address: "aws_sns_topic.t", id: "arn" },
    { address: "aws_vpc.vpc", id: "vpc-1" },
  ];
  const outcome = await planWithImports(directory, imports, async () => {
    seen.push(blocks());
    return seen.length === 1 ? { exitCode: 1, output: notThere("aws_sns_topic.t"), errors: "" } : FINE;
  });
  expect(outcome).toEqual(FINE);
  expect(seen.at(-1)).toEqual({ import: [{ to: "aws_vpc.vpc", id: "vpc-1" }] });
});

it("hands on another error, and plans once", async () => {
  let plans = 0;
  const wrong = { exitCode: 1, output: notThere("aws_vpc.another"), errors: "" };
  const outcome = await planWithImports(directory, [{ address: "aws_vpc.vpc", id: "vpc-1" }], async () => {
    plans += 1;
    return wrong;
  });
  expect([outcome, plans]).toEqual([wrong, 1]);
});

it("removes what a killed process has left before it plans without imports", async () => {
  writeFileSync(file(), "{}");
  expect(
    await planWithImports(directory, [], async () => ({ ...FINE, output: String(existsSync(file())) })),
  ).toEqual({
    ...FINE,
    output: "false",
  });
});

it("lets no id be a template", async () => {
  const ids: unknown[] = [];
  await planWithImports(
    directory,
    [{ address: "aws_vpc.vpc", id: '${file("/etc/hostname")}%{x}' }],
    async () => {
      ids.push(blocks());
      return FINE;
    },
  );
  expect(ids).toEqual([{ import: [{ to: "aws_vpc.vpc", id: '$${file("/etc/hostname")}%%{x}' }] }]);
});
