import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import { policyDocument } from "../encryption/key-policy.ts";
import type { Keys } from "../encryption/keys.ts";
import type { Names } from "../naming/names.ts";
import type { Network } from "./network.ts";
import type { NetworkConfig } from "./schema.ts";

interface FlowLogsProps {
  readonly config: NetworkConfig["flowLogs"];
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly network: Network;
  readonly keys: Keys;
}

/** The VPC's traffic in an encrypted log group. */
export class FlowLogs extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { config, names, accountId, region, network, keys }: FlowLogsProps,
  ) {
    super(scope, id);
    const group = new CloudwatchLogGroup(this, "group", {
      name: names.path("flow-logs"),
      retentionInDays: config.retentionDays,
      kmsKeyId: keys.telemetry.arn,
    });
    const role = new IamRole(this, "role", {
      name: names.of("flow-logs"),
      assumeRolePolicy: policyDocument([
        {
          Sid: "FlowLogsAssume",
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          // The service must not write here on behalf of another account.
          Condition: {
            StringEquals: { "aws:SourceAccount": accountId },
            ArnLike: { "aws:SourceArn": `arn:aws:ec2:${region}:${accountId}:vpc-flow-log/*` },
          },
        },
      ]),
    });
    const policy = new IamRolePolicy(this, "policy", {
      name: "write-flow-logs",
      role: role.id,
      policy: policyDocument([
        {
          Sid: "WriteStreams",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
          Resource: `${group.arn}:*`,
        },
      ]),
    });
    new FlowLog(this, "flow-log", {
      vpcId: network.vpcId,
      trafficType: "ALL",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
      tags: { Name: names.prefix },
      dependsOn: [policy],
    });
  }
}
