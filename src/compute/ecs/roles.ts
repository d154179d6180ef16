import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import { readDatabaseSecret } from "../../database/secret-access.ts";
import { policyDocument, type PolicyStatement } from "../../encryption/key-policy.ts";
import type { Keys } from "../../encryption/keys.ts";
import type { Names } from "../../naming/names.ts";
import { pullImages } from "../../registry/pull-images.ts";
import type { Registry } from "../../registry/registry.ts";

interface TaskRolesProps {
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly registry: Registry;
  readonly keys: Keys;
  readonly logGroupArn: string;
  /** Log group of ECS Exec sessions; undefined keeps sessions out. */
  readonly execLogGroupArn: string | undefined;
}

/** Two roles: what ECS needs to start a task, and what the application may do. */
export class TaskRoles extends Construct {
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  /** A task that starts before its policies can't pull its image. */
  readonly policies: readonly IamRolePolicy[];

  private readonly props: TaskRolesProps;

  constructor(scope: Construct, id: string, props: TaskRolesProps) {
    super(scope, id);
    this.props = props;
    const execution = this.addRole("execution", "task-execution");
    const task = this.addRole("task", "task");
    this.policies = [
      this.addPolicy("start", execution, this.startTask()),
      this.addPolicy("database", task, readDatabaseSecret({ ...props, keyArn: props.keys.data.arn })),
      ...this.execPolicies(task),
    ];
    this.executionRoleArn = execution.arn;
    this.taskRoleArn = task.arn;
  }

  private addRole(id: string, suffix: string): IamRole {
    const { names, accountId, region } = this.props;
    return new IamRole(this, id, {
      name: names.of(suffix),
      assumeRolePolicy: policyDocument([
        {
          Sid: "TasksAssume",
          Effect: "Allow",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Action: "sts:AssumeRole",
          // Otherwise another account's task could be handed this role.
          Condition: {
            StringEquals: { "aws:SourceAccount": accountId },
            ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${accountId}:*` },
          },
        },
      ]),
    });
  }

  private addPolicy(id: string, role: IamRole, statements: readonly PolicyStatement[]): IamRolePolicy {
    return new IamRolePolicy(this, `${id}-policy`, {
      name: id,
      role: role.id,
      policy: policyDocument(statements),
    });
  }

  private startTask(): PolicyStatement[] {
    const { registry, logGroupArn } = this.props;
    return [...pullImages(registry), writeLogs("WriteLogs", logGroupArn)];
  }

  /** Sessions are opened by the task, not by ECS: the rights belong to the task role (T7). */
  private execPolicies(task: IamRole): IamRolePolicy[] {
    const { execLogGroupArn } = this.props;
    if (execLogGroupArn === undefined) return [];
    const statements: PolicyStatement[] = [
      {
        Sid: "OpenSessions",
        Effect: "Allow",
        Action: [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ],
        Resource: "*",
      },
      { Sid: "FindSessionLog", Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: "*" },
      writeLogs("WriteSessionLog", execLogGroupArn, "logs:DescribeLogStreams"),
    ];
    return [this.addPolicy("exec", task, statements)];
  }
}

function writeLogs(sid: string, groupArn: string, ...more: readonly string[]): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents", ...more],
    Resource: `${groupArn}:*`,
  };
}
