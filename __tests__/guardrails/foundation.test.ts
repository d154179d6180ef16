import { describe, expect, it } from "vitest";
import { encryptedState } from "../../src/guardrails/encrypted-state.ts";
import { keyRotation } from "../../src/guardrails/key-rotation.ts";
import { regionalSts } from "../../src/guardrails/regional-sts.ts";
import { parseTemplate, type Template } from "../../src/guardrails/template.ts";
import { merge, type Synthesized, synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const subject = synthesizeOne("dev");

const messagesOf = (violations: readonly { readonly message: string }[]): string[] =>
  violations.map(({ message }) => message);

const withTemplate = (change: (template: Template) => unknown): Synthesized => ({
  ...subject,
  template: parseTemplate(change(subject.template)),
});

describe("key-rotation", () => {
  it("refuses a key that stays the same", () => {
    expect(keyRotation.violations(subject)).toEqual([]);
    const still = mutate(subject, "aws_kms_key.keys_data_key", { enable_key_rotation: false });
    expect(messagesOf(keyRotation.violations(still))).toEqual([
      "aws_kms_key.keys_data_key does not rotate, got false; build it as a CustomerKey",
    ]);
  });
});

const backend = (changes: Readonly<Record<string, unknown>>): Synthesized =>
  withTemplate((template) => merge(template, { terraform: { backend: { s3: changes } } }));

describe("encrypted-state", () => {
  it.each([
    [
      "plain text",
      { encrypt: false },
      "state is not encrypted, got encrypt false; build the stack on BaseStack",
    ],
    [
      "a key of AWS",
      { kms_key_id: undefined },
      "state is not encrypted with a customer key, got kms_key_id undefined; build the stack on BaseStack",
    ],
    [
      "two writers",
      { use_lockfile: false },
      "state is not locked, got use_lockfile false; build the stack on BaseStack",
    ],
  ])("refuses %s", (_, changes, message) => {
    expect(messagesOf(encryptedState.violations(backend(changes)))).toEqual([message]);
  });

  it("refuses state that is kept elsewhere, or nowhere", () => {
    const elsewhere = withTemplate((template) => ({ ...template, terraform: { backend: { http: {} } } }));
    expect(messagesOf(encryptedState.violations(elsewhere))).toEqual([
      "state is not kept in S3, got http; build the stack on BaseStack",
    ]);
    const nowhere = withTemplate((template) => ({ ...template, terraform: {} }));
    expect(messagesOf(encryptedState.violations(nowhere))).toEqual([
      "state is not kept in S3, got no backend; build the stack on BaseStack",
    ]);
  });

  it("holds as it is", () => {
    expect(encryptedState.violations(subject)).toEqual([]);
  });
});

const provider = (changes: Readonly<Record<string, unknown>>): Synthesized =>
  withTemplate((template) => ({
    ...template,
    provider: {
      aws: [...(template.provider["aws"] ?? []), { ...template.provider["aws"]?.[0], ...changes }],
    },
  }));

describe("regional-sts", () => {
  it("refuses the global endpoint and that of another region, of any provider (T44)", () => {
    expect(messagesOf(regionalSts.violations(provider({ alias: "standby", sts_region: undefined })))).toEqual(
      ["provider aws (standby) of eu-west-1 signs in elsewhere, got undefined; set sts_region to its region"],
    );
    expect(messagesOf(regionalSts.violations(provider({ alias: "standby", region: "eu-north-1" })))).toEqual([
      "provider aws (standby) of eu-north-1 signs in elsewhere, got eu-west-1; set sts_region to its region",
    ]);
  });

  it("refuses any other account", () => {
    expect(messagesOf(regionalSts.violations(provider({ allowed_account_ids: undefined })))).toEqual([
      'provider aws (default) may change another account, got any account; set allowed_account_ids to ["111122223333"]',
    ]);
    expect(regionalSts.violations(provider({ allowed_account_ids: ["444455556666"] }))).toHaveLength(1);
  });

  it("holds as it is", () => {
    expect(regionalSts.violations(subject)).toEqual([]);
  });
});
