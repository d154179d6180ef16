import { describe, expect, it } from "vitest";
import { parseState } from "../../../scripts/bootstrap/state-file.ts";
import { explain } from "../../../scripts/bootstrap/terraform.ts";

describe("what Terraform says", () => {
  const explained: readonly (readonly [title: string, stderr: string, meaning: string])[] = [
    [
      "credentials are missing",
      "Error: No valid credential sources found\n\nPlease see https://developer.hashicorp.com",
      "no AWS credentials; sign in, or set AWS_PROFILE, then run it again",
    ],
    [
      "credentials are of another account",
      "│ Error: Invalid account ID\n│ \n│ AWS account ID not allowed: 444455556666",
      "signed in to account 444455556666, got a project of account 111122223333; use credentials of 111122223333, or correct environments/project.ts",
    ],
    [
      "the state is locked",
      [
        "│ Error: Error acquiring the state lock",
        "│ Lock Info:",
        "│   ID:        0d4f1c0e-6a3b-1f4e-9d4b-7d6a2f1f1c11",
        "│   Path:      shop-tfstate/shop/bootstrap/terraform.tfstate",
        "│   Operation: OperationTypePlan",
        "│   Who:       ana@laptop",
        "│   Version:   1.11.4",
        "│   Created:   2026-01-31 04:00:00.1 +0000 UTC",
      ].join("\n"),
      "the state is locked by ana@laptop since 2026-01-31 04:00:00.1; wait for that run, or, if it was killed, release it: terraform -chdir=cdktf.out/stacks/bootstrap force-unlock 0d4f1c0e-6a3b-1f4e-9d4b-7d6a2f1f1c11",
    ],
  ];

  it.each(explained)("is explained when %s", (_, stderr, meaning) => {
    expect(explain(stderr, "111122223333")).toBe(meaning);
  });

  it("is left alone when it speaks for itself", () => {
    expect(explain("Error: Unsupported Terraform Core version", "111122223333")).toBeUndefined();
  });
});

describe("a state file", () => {
  const text = JSON.stringify({
    version: 4,
    serial: 17,
    lineage: "7a1156d9",
    resources: [
      { mode: "data", type: "aws_region", name: "here", instances: [{ attributes: { id: "eu-west-1" } }] },
      { mode: "managed", type: "aws_s3_bucket", name: "b", instances: [{ attributes: { id: "tfstate" } }] },
    ],
  });

  it("is read for what it manages", () => {
    expect(parseState(text, "here")?.ids).toEqual(new Map([["aws_s3_bucket.b", "tfstate"]]));
  });

  it.each([
    ["a file that a migration emptied", ""],
    ["a backend without an object", '{"version":4,"serial":0,"lineage":"","resources":[]}'],
  ])("is none: %s", (_, nothing) => {
    expect(parseState(nothing, "here")).toBeUndefined();
  });

  it("is not taken for none when it is damaged", () => {
    expect(() => parseState(text.slice(0, 40), "here.tfstate")).toThrow(
      "here.tfstate is not a Terraform state; put it aside, nothing was changed",
    );
  });
});
