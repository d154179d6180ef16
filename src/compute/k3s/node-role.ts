import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../../encryption/key-policy.ts";
import { INSTANCES_ASSUME, OPEN_SESSIONS } from "../instances/sessions.ts";

interface NodeRoleProps {
  readonly name: string;
  /** What the node may do besides being reached through Session Manager. */
  readonly statements: readonly PolicyStatement[];
}

/** The role of one kind of node; its pods get no answer from the metadata service, and so nothing of it. */
export class NodeRole extends Construct {
  readonly profileArn: string;
  /** A node that starts before its policy can't find its cluster. */
  readonly policy: IamRolePolicy;

  constructor(scope: Construct, id: string, { name, statements }: NodeRoleProps) {
    super(scope, id);
    const role = new IamRole(this, "role", { name, assumeRolePolicy: policyDocument([INSTANCES_ASSUME]) });
    this.policy = new IamRolePolicy(this, "policy", {
      name: "node",
      role: role.id,
      policy: policyDocument([...statements, OPEN_SESSIONS]),
    });
    this.profileArn = new IamInstanceProfile(this, "profile", { name, role: role.name }).arn;
  }
}
