import type { Guardrail, Subject } from "./guardrail.ts";

/** The global endpoint of STS lives in us-east-1, and is gone when that region is (T44). */
export const regionalSts: Guardrail = {
  name: "regional-sts",
  summary: "every AWS provider signs in through the STS of its own region, and to the project's account only",
  violations: (subject) => [...violations(subject)],
};

function* violations({ spec, template }: Subject): Generator<{ key: string; message: string }> {
  const { accountId } = spec.project;
  for (const { alias = "default", region, sts_region, allowed_account_ids } of template.provider["aws"] ??
    []) {
    const provider = `provider aws (${String(alias)})`;
    if (sts_region === undefined || sts_region !== region) {
      const message = `${provider} of ${String(region)} signs in elsewhere, got ${String(sts_region)}; set sts_region to its region`;
      yield { key: "", message };
    }
    if (JSON.stringify(allowed_account_ids) !== JSON.stringify([accountId])) {
      const got = JSON.stringify(allowed_account_ids) ?? "any account";
      const message = `${provider} may change another account, got ${got}; set allowed_account_ids to ["${accountId}"]`;
      yield { key: "", message };
    }
  }
}
