import { policyDocument } from "../../src/encryption/key-policy.ts";
import { accessIn } from "../support/access.ts";
import type { SynthesizedStack } from "../support/environments.ts";
import { add, remove } from "../support/mutate.ts";

type Context = Readonly<Record<string, string | string[]>>;
type Ask = (role: string, action: string, resource: string, context?: Context) => Promise<boolean>;

const EVERYTHING = policyDocument([{ Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" }]);

/** Requests of the roles that workflows take on, named as in `deploy_prod`. */
export function workflowAccess(bootstrap: SynthesizedStack): {
  /** By its inline policy alone. */
  readonly may: Ask;
  /** With everything allowed in place of its managed policy, which could not exceed that. */
  readonly mayAtMost: Ask;
} {
  const ask =
    (change: (role: string, stack: SynthesizedStack) => SynthesizedStack): Ask =>
    (role, action, resource, context) => {
      const stack = change(
        role,
        remove(bootstrap, `aws_iam_role_policy_attachment.workflows_${role}_managed`),
      );
      return accessIn(stack).roleMay(`aws_iam_role.workflows_${role}`, action, resource, context);
    };
  return {
    may: ask((_, stack) => stack),
    mayAtMost: ask((role, stack) =>
      add(stack, "aws_iam_role_policy.everything", {
        role: `\${aws_iam_role.workflows_${role}.id}`,
        policy: EVERYTHING,
      }),
    ),
  };
}
