import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changesIn, findDrift } from "../../src/recovery/drift.ts";

let folder: string;
const path = process.env["PATH"] ?? "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilot-light-drift-"));
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true });
});

/** Puts a Terraform onto the path that prints this for its plan. */
function terraformSaying(plan: string, exitCode = 0): void {
  writeFileSync(join(folder, "cdk.tf.json"), "{}");
  writeFileSync(join(folder, "said"), plan);
  writeFileSync(
    join(folder, "terraform"),
    `#!/bin/sh\n[ "$1" = plan ] || exit 0\necho "$@" > asked\ncat said\nexit ${exitCode}\n`,
  );
  chmodSync(join(folder, "terraform"), 0o755);
  process.env["PATH"] = `${folder}${delimiter}${path}`;
}

const change = (addr: string, action: string): string =>
  JSON.stringify({ type: "planned_change", change: { resource: { addr }, action } });

describe("drift", () => {
  it("is every planned change, and nothing else that Terraform says", async () => {
    const drifted = JSON.stringify({
      type: "resource_drift",
      change: { resource: { addr: "aws_lb.alb" }, action: "update" },
    });
    terraformSaying(
      [
        `{"type":"version"}`,
        "not JSON",
        drifted,
        change("aws_lb.alb", "update"),
        change("aws_x.y", "noop"),
        "",
      ].join("\n"),
    );
    expect(await findDrift(folder)).toEqual({ changes: ["aws_lb.alb (update)"] });
  });

  it("is an error when the plan fails, with what Terraform said", async () => {
    const diagnostic = JSON.stringify({
      type: "diagnostic",
      diagnostic: { severity: "error", summary: "no valid credential sources" },
    });
    terraformSaying(`${diagnostic}\n`, 1);
    await expect(findDrift(folder)).rejects.toThrow("terraform plan: no valid credential sources");
  });

  it("needs a synthesized stack", async () => {
    await expect(findDrift(folder)).rejects.toThrow(`nothing is synthesized in ${folder}; npm run synth`);
  });

  it("needs terraform", async () => {
    terraformSaying("");
    process.env["PATH"] = "/nonexistent";
    await expect(findDrift(folder)).rejects.toThrow("terraform is not on the PATH; install it");
  });

  it("is none where nothing is planned", () => {
    expect(changesIn("")).toEqual([]);
  });
});
