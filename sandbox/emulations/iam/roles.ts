import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import type { World } from "../../gateway/emulation.ts";
import { isAdmitted } from "./simulate.ts";

export interface Role {
  readonly arn: string;
  /** JSON of its inline and attached policies. */
  readonly policies: readonly string[];
}

/** A role that an AWS service assumes at this moment. Undefined when there is none, or when it does not trust the service. */
export async function assumedRole(world: World, arn: string, service: string): Promise<Role | undefined> {
  const iam = new IAMClient(world.moto.client("us-east-1"));
  const RoleName = arn.slice(arn.lastIndexOf("/") + 1);
  const found = await iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined);
  const trust = decodeURIComponent(found?.Role?.AssumeRolePolicyDocument ?? "");
  if (found?.Role?.Arn !== arn || trust === "") {
    return undefined;
  }
  const request = {
    principal: service,
    action: "sts:AssumeRole",
    resource: arn,
    context: { "aws:SourceAccount": world.account },
  };
  return (await isAdmitted(world, request, { identity: [], resource: trust }))
    ? {
        arn,
        policies: [...(await inlinePolicies(iam, RoleName)), ...(await attachedPolicies(iam, RoleName))],
      }
    : undefined;
}

async function inlinePolicies(iam: IAMClient, RoleName: string): Promise<string[]> {
  const { PolicyNames: names = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  return Promise.all(
    names.map(async (PolicyName) => {
      const policy = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return decodeURIComponent(policy.PolicyDocument ?? "{}");
    }),
  );
}

async function attachedPolicies(iam: IAMClient, RoleName: string): Promise<string[]> {
  const { AttachedPolicies: attached = [] } = await iam.send(
    new ListAttachedRolePoliciesCommand({ RoleName }),
  );
  return Promise.all(
    attached.map(async ({ PolicyArn }) => {
      const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const VersionId = policy?.DefaultVersionId;
      const { PolicyVersion: version } = await iam.send(
        new GetPolicyVersionCommand({ PolicyArn, VersionId }),
      );
      return decodeURIComponent(version?.Document ?? "{}");
    }),
  );
}
