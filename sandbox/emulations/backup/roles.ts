import type { World } from "../../gateway/emulation.ts";
import { assumedRole } from "../iam/roles.ts";
import { type AccessRequest, isAdmitted } from "../iam/simulate.ts";

/** Something that AWS Backup does with a role. */
export interface Deed {
  readonly action: string;
  readonly resource: string;
  /** JSON of the resource's own policy. */
  readonly policy?: string | undefined;
  /** What the request says of itself. */
  readonly context?: AccessRequest["context"];
}

/** What keeps AWS Backup from doing its work with a role; undefined when nothing does. */
export async function roleProblem(
  world: World,
  arn: string,
  deeds: readonly Deed[] = [],
): Promise<string | undefined> {
  const role = await assumedRole(world, arn, "backup.amazonaws.com");
  if (role === undefined) {
    return `IAM Role ${arn} does not exist, or cannot be assumed by AWS Backup`;
  }
  for (const { action, resource, policy, context: more } of deeds) {
    const context = { "aws:PrincipalArn": arn, "aws:PrincipalAccount": world.account, ...more };
    const request = { principal: arn, action, resource, context };
    if (!(await isAdmitted(world, request, { identity: role.policies, resource: policy }))) {
      return `Access Denied: ${arn} is not authorized to perform ${action} on ${resource}`;
    }
  }
  return undefined;
}
