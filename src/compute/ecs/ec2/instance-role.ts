import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../../../encryption/key-policy.ts";
import type { Names } from "../../../naming/names.ts";
import { INSTANCES_ASSUME, OPEN_SESSIONS } from "../../instances/sessions.ts";
import { clusterNameOf } from "../../names.ts";

interface InstanceRoleProps {
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
}

/** What an instance may do: serve its own cluster, and be reached through Session Manager. */
export class InstanceRole extends Construct {
  readonly profileArn: string;
  /** An instance that starts before its policies can't join the cluster. */
  readonly policies: readonly IamRolePolicy[];

  private readonly role: IamRole;

  constructor(scope: Construct, id: string, props: InstanceRoleProps) {
    super(scope, id);
    this.role = this.addRole(props.names);
    this.policies = [
      this.addPolicy("cluster", serveCluster(props)),
      this.addPolicy("sessions", [OPEN_SESSIONS]),
    ];
    this.profileArn = this.addProfile(props.names).arn;
  }

  private addRole(names: Names): IamRole {
    return new IamRole(this, "role", {
      name: names.of("instance"),
      assumeRolePolicy: policyDocument([INSTANCES_ASSUME]),
    });
  }

  private addPolicy(id: string, statements: readonly PolicyStatement[]): IamRolePolicy {
    return new IamRolePolicy(this, `${id}-policy`, {
      name: id,
      role: this.role.id,
      policy: policyDocument(statements),
    });
  }

  private addProfile(names: Names): IamInstanceProfile {
    return new IamInstanceProfile(this, "profile", { name: names.of("instance"), role: this.role.name });
  }
}

/**
 * What the container agent calls, narrowed to one cluster where ECS knows resources.
 *
 * AWS's AmazonEC2ContainerServiceforEC2Role adds every repository and every log group; here images and logs are a matter of
 * each task's execution role.
 */
function serveCluster({ names, accountId, region }: InstanceRoleProps): PolicyStatement[] {
  const clusterName = clusterNameOf(names);
  const cluster = `arn:aws:ecs:${region}:${accountId}:cluster/${clusterName}`;
  return [
    {
      Sid: "JoinCluster",
      Effect: "Allow",
      Action: [
        "ecs:RegisterContainerInstance",
        "ecs:DeregisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
      ],
      Resource: cluster,
    },
    {
      Sid: "TakeTasks",
      Effect: "Allow",
      Action: ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"],
      Resource: `arn:aws:ecs:${region}:${accountId}:container-instance/${clusterName}/*`,
      Condition: { ArnEquals: { "ecs:cluster": cluster } },
    },
    {
      Sid: "FindEndpoint",
      Effect: "Allow",
      Action: "ecs:DiscoverPollEndpoint",
      Resource: "*",
    },
  ];
}
