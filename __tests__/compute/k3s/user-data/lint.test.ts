import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { serverScript } from "../../../../src/compute/k3s/user-data/server.ts";
import { workerScript } from "../../../../src/compute/k3s/user-data/worker.ts";
import { shellcheck } from "../../../support/shellcheck.ts";

const worker = { region: "eu-west-1", bucket: "shop-prod-k3s-111122223333-eu-west-1" };
const server = {
  ...worker,
  cluster: "shop-prod",
  serverGroup: "shop-prod-servers",
  workerGroup: "shop-prod-workers",
  snapshotIntervalMinutes: 60,
};

/** What EC2 takes, before it is encoded. */
const LARGEST_USER_DATA_BYTES = 16_384;

describe.each([
  ["server", serverScript(server)],
  ["worker", workerScript(worker)],
])("the script of a %s", (_, script) => {
  it("leaves nothing for ShellCheck to say", async () => {
    expect(await shellcheck(script)).toEqual([]);
  });

  it("is parsed by bash", () => {
    expect(execFileSync("bash", ["-n"], { input: script, encoding: "utf8" })).toBe("");
  });

  it("fits into user data, and says nothing that Terraform would take for its own", () => {
    expect(Buffer.byteLength(script)).toBeLessThan(LARGEST_USER_DATA_BYTES);
    expect(script).not.toMatch(/[$%]\{/);
  });
});

it("is linted by something that finds what is wrong", async () => {
  expect(await shellcheck("#!/bin/bash\nrm -r $1/\n")).toContainEqual(expect.stringContaining("2: SC2086"));
});

it("refuses a value that would need more than quotes", () => {
  expect(() => workerScript({ ...worker, bucket: "it's" })).toThrow("it's");
});
