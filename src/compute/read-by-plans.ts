import { OBJECTS } from "./k3s/user-data/objects.ts";

/** ARNs of what stacks write for a cluster, and what every plan therefore reads again; none of it is secret. */
export function readByPlans({
  project,
  accountId,
}: {
  readonly project: string;
  readonly accountId: string;
}): {
  readonly objects: readonly string[];
  readonly parameters: readonly string[];
} {
  return {
    objects: [`arn:aws:s3:::${project}-*-k3s-${accountId}-*/${OBJECTS.service}`],
    parameters: [`arn:aws:ssm:*:${accountId}:parameter/${project}/*/database`],
  };
}
