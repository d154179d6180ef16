import { z } from "zod";
import { BOUNDARY_PATH } from "../naming/names.ts";
import type { Guardrail } from "./guardrail.ts";
import { parseDocument, blocksOf, refersTo, resourcesOf, type Template } from "./template.ts";

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const statementSchema = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
});
type Statement = z.output<typeof statementSchema>;

const documentSchema = z.object({
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
});

const ATTACHMENT_TYPES = [
  "aws_iam_role_policy_attachment",
  "aws_iam_user_policy_attachment",
  "aws_iam_group_policy_attachment",
  "aws_iam_policy_attachment",
];

const POLICY_TYPES = ["aws_iam_role_policy", "aws_iam_policy", "aws_iam_user_policy", "aws_iam_group_policy"];

/** Whoever may do anything to everything needs no second mistake (T35). */
export const iamLeastPrivilege: Guardrail = {
  name: "iam-least-privilege",
  summary:
    "no IAM policy allows a wildcard action on a wildcard resource, and every one can be read before the apply",
  violations: ({ template }) =>
    policiesOf(template).flatMap(({ address, document }) => {
      const statements = read(document);
      if (statements === undefined) {
        return [
          { key: "", message: `${address} hides its policy, got ${show(document)}; write it as plain JSON` },
        ];
      }
      return statements.flatMap((statement) => {
        const excess = excessOf(statement);
        if (excess === undefined) return [];
        const message = `${address} allows too much in ${statement.Sid ?? "a statement"}, got ${excess}; name the actions or the resources`;
        return [{ key: "", message }];
      });
    }),
};

/** Whether a role, user or group of the template has the policy. */
const isAttached = (template: Template, address: string): boolean =>
  ATTACHMENT_TYPES.some((type) =>
    resourcesOf(template, type).some(({ body }) => refersTo(body["policy_arn"], address)),
  );

interface Policy {
  readonly address: string;
  readonly document: unknown;
}

function policiesOf(template: Template): Policy[] {
  const apart = POLICY_TYPES.flatMap((type) =>
    resourcesOf(template, type)
      // What bounds roles allows nobody anything as long as nobody has it.
      .filter(({ address, body }) => body["path"] !== BOUNDARY_PATH || isAttached(template, address))
      .map(({ address, body }) => ({ address, document: body["policy"] })),
  );
  const inline = resourcesOf(template, "aws_iam_role").flatMap(({ address, body }) =>
    blocksOf(body, "inline_policy").map((policy) => ({ address, document: policy["policy"] })),
  );
  return [...apart, ...inline];
}

function read(document: unknown): Statement[] | undefined {
  try {
    return documentSchema.parse(parseDocument(String(document))).Statement;
  } catch {
    return undefined;
  }
}

/** `*`, and an ARN that leaves its whole resource open, such as `arn:aws:s3:::*`. */
const EVERYTHING = /^(arn:([^:]*:){4})?\*+$/;

/** What is excessive in a statement; undefined when nothing is. */
function excessOf({ Effect, Action, NotAction, Resource, NotResource }: Statement): string | undefined {
  const everywhere = NotResource !== undefined || Resource?.some((resource) => EVERYTHING.test(resource));
  if (Effect === "Deny" || everywhere !== true) return undefined;
  // All actions but some are a wildcard, too.
  if (NotAction !== undefined) return `NotAction ${NotAction.join(", ")}`;
  const wild = Action?.filter((action) => /[*?]/.test(action)) ?? [];
  return wild.length === 0 ? undefined : `${wild.join(", ")} on every resource`;
}

const show = (document: unknown): string => String(document).slice(0, 60);
