import type { Guardrail } from "./guardrail.ts";

/** What the S3 backend must say, and why it matters. */
const DEMANDS: readonly {
  readonly attribute: string;
  readonly lacks: string;
  readonly holds: (value: unknown) => boolean;
}[] = [
  { attribute: "encrypt", lacks: "is not encrypted", holds: (value) => value === true },
  {
    attribute: "kms_key_id",
    lacks: "is not encrypted with a customer key",
    holds: (value) => typeof value === "string" && value.startsWith("arn:aws:kms:"),
  },
  { attribute: "use_lockfile", lacks: "is not locked", holds: (value) => value === true },
];

/** State holds every value of every resource; two writers at once destroy it (T35). */
export const encryptedState: Guardrail = {
  name: "encrypted-state",
  summary: "state is kept in S3, encrypted with a customer key and locked while it is written",
  violations: ({ template }) => {
    const { s3, ...others } = template.terraform.backend;
    if (s3 === undefined) {
      const got = Object.keys(others).join(", ") || "no backend";
      return [{ key: "", message: `state is not kept in S3, got ${got}; build the stack on BaseStack` }];
    }
    return DEMANDS.filter(({ attribute, holds }) => !holds(s3[attribute])).map(({ attribute, lacks }) => ({
      key: "",
      message: `state ${lacks}, got ${attribute} ${String(s3[attribute])}; build the stack on BaseStack`,
    }));
  },
};
