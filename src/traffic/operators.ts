import type { Environment } from "../config/configuration.ts";
import { parseArn } from "../config/fields.ts";
import type { Problem } from "../config/problem.ts";
import type { Project } from "../project/schema.ts";
import type { TrafficConfig } from "./schema.ts";

type Named = Pick<TrafficConfig, "mode" | "operators">;

/** What the list of operators and the project say about each other. */
export function* checkOperators(
  { config: { mode, operators }, file }: Environment<Named>,
  { accountId }: Pick<Project, "accountId">,
): Generator<Problem> {
  if (mode.by === "automatic" && operators.length > 0) {
    const message = `has no effect in mode automatic, which has no switch, got ${operators.length} roles; remove it`;
    yield { file, key: "operators", message };
  }
  for (const [index, operator] of operators.entries()) {
    const arn = parseArn(operator);
    const key = `operators[${index}]`;
    if (arn?.accountId !== accountId) {
      const message = `belongs to another account, got ${arn?.accountId ?? operator}; name a role of ${accountId} that they take on`;
      yield { file, key, message };
    }
  }
}

/** Nobody is locked out of a switch before someone is named, and nobody is kept from it either. */
export function* operatorWarnings({
  config,
  file,
}: Environment<Named & Pick<TrafficConfig, "healthCheck">>): Generator<string> {
  if (config.mode.by === "automatic")
    yield `${file}: mode.by: Route 53 asks for ${config.healthCheck.path} with the load balancer's own name as Host (T60); an application that admits only its own names answers 400, and traffic leaves the primary at once`;
  if (config.mode.by === "automatic" || config.operators.length > 0) return;
  yield `${file}: operators: nobody is named, so that whatever may write to every bucket of the account can move the traffic; name the roles of those who fail over`;
}

/**
 * Roles that alone may turn the switch; undefined while nobody is named.
 *
 * The break-glass role is always one of them: a list that is wrong on the day would lock everybody out.
 */
export function turnersOf(
  { operators }: Named,
  { accountId, breakGlassRole }: Pick<Project, "accountId" | "breakGlassRole">,
): readonly string[] | undefined {
  return operators.length === 0
    ? undefined
    : [`arn:aws:iam::${accountId}:role/${breakGlassRole}`, ...operators];
}

/**
 * Whether a caller, as STS names it, has one of the roles.
 *
 * STS leaves out a role's path, and no two roles of an account have the same name.
 */
export function isOneOf(roles: readonly string[], callerArn: string): boolean {
  const name = /:assumed-role\/([^/]+)\//.exec(callerArn)?.[1];
  return roles.some((role) => role === callerArn || role.split("/").at(-1) === name);
}
