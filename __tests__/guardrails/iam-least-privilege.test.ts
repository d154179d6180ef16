import { describe, expect, it } from "vitest";
import { iamLeastPrivilege } from "../../src/guardrails/iam-least-privilege.ts";
import { synthesizeOne } from "../support/environments.ts";
import { add, mutate } from "../support/mutate.ts";

const prod = synthesizeOne("prod");
const POLICY = "aws_iam_role_policy.compute_roles_start_policy";

const document = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid: "Test", Effect: "Allow", ...statement }] });
const excess = (statement: object): string[] =>
  iamLeastPrivilege
    .violations(mutate(prod, POLICY, { policy: document(statement) }))
    .map(({ message }) => message);

describe("iam-least-privilege", () => {
  it.each(["dev", "prod", "dr"])("holds in %s (T35)", (name) => {
    expect(iamLeastPrivilege.violations(synthesizeOne(name))).toEqual([]);
  });

  it.each([
    { Action: "ecr:GetAuthorizationToken", Resource: "*" },
    { Action: "s3:*", Resource: "arn:aws:s3:::shop-logs/*" },
    { Effect: "Deny", Action: "*", Resource: "*" },
  ])("accepts %j", (statement) => {
    expect(excess(statement)).toEqual([]);
  });

  it.each([
    [{ Action: "*", Resource: "*" }, "* on every resource"],
    [{ Action: ["s3:GetObject", "s3:Put*"], Resource: ["*"] }, "s3:Put* on every resource"],
    [{ Action: "s3:*", Resource: "arn:aws:s3:::*" }, "s3:* on every resource"],
    [{ Action: "kms:?ecrypt", NotResource: "arn:aws:s3:::shop" }, "kms:?ecrypt on every resource"],
    [{ NotAction: "iam:DeleteUser", Resource: "*" }, "NotAction iam:DeleteUser"],
  ])("refuses %j", (statement, got) => {
    expect(excess(statement)).toEqual([
      `${POLICY} allows too much in Test, got ${got}; name the actions or the resources`,
    ]);
  });

  it("refuses a policy that nobody can read before the apply", () => {
    const hidden = "${data.aws_iam_policy_document.somewhere.json}";
    expect(iamLeastPrivilege.violations(mutate(prod, POLICY, { policy: hidden }))).toEqual([
      { key: "", message: `${POLICY} hides its policy, got ${hidden}; write it as plain JSON` },
    ]);
  });

  it.each(["aws_iam_policy", "aws_iam_user_policy", "aws_iam_group_policy"])("looks at %s", (type) => {
    const policy = document({ Action: "*", Resource: "*" });
    expect(iamLeastPrivilege.violations(add(prod, `${type}.other`, { policy }))).toHaveLength(1);
  });

  it("looks at inline policies of a role", () => {
    const role = { inline_policy: [{ name: "all", policy: document({ Action: "*", Resource: "*" }) }] };
    expect(iamLeastPrivilege.violations(add(prod, "aws_iam_role.other", role))).toHaveLength(1);
  });
});
