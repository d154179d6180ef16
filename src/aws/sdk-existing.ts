import { BackupClient, ListBackupPlansCommand, ListBackupSelectionsCommand } from "@aws-sdk/client-backup";
import { DescribeSecurityGroupRulesCommand, DescribeTagsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { EKSClient, ListPodIdentityAssociationsCommand } from "@aws-sdk/client-eks";
import {
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { callsOf, once, type Patience } from "./sdk-calls.ts";

/** The calls that look up what an apply that was cut off has made, and no others. */
export type ExistingSdk = ReturnType<typeof existingSdkOf>;

/** Clients are made when they are first asked. */
export function existingSdkOf(region: string, patience: Patience) {
  const { settings, options } = callsOf(region, patience);
  const backup = once(() => new BackupClient(settings));
  const ec2 = once(() => new EC2Client(settings));
  const ecs = once(() => new ECSClient(settings));
  const eks = once(() => new EKSClient(settings));
  const elb = once(() => new ElasticLoadBalancingV2Client(settings));
  return {
    region,
    tags: (resourceType: string, keys: readonly string[], NextToken?: string) =>
      ec2().send(
        new DescribeTagsCommand({
          NextToken,
          Filters: [
            { Name: "resource-type", Values: [resourceType] },
            { Name: "key", Values: [...keys] },
          ],
        }),
        options,
      ),
    securityGroupRules: (groupId: string, NextToken?: string) =>
      ec2().send(
        new DescribeSecurityGroupRulesCommand({
          NextToken,
          Filters: [{ Name: "group-id", Values: [groupId] }],
        }),
        options,
      ),
    targetGroup: (name: string) => elb().send(new DescribeTargetGroupsCommand({ Names: [name] }), options),
    listeners: (LoadBalancerArn: string, Marker?: string) =>
      elb().send(new DescribeListenersCommand({ LoadBalancerArn, Marker }), options),
    backupPlans: (NextToken?: string) => backup().send(new ListBackupPlansCommand({ NextToken }), options),
    backupSelections: (BackupPlanId: string, NextToken?: string) =>
      backup().send(new ListBackupSelectionsCommand({ BackupPlanId, NextToken }), options),
    taskDefinitions: (familyPrefix: string, nextToken?: string) =>
      ecs().send(new ListTaskDefinitionsCommand({ familyPrefix, nextToken, status: "ACTIVE" }), options),
    podIdentities: (clusterName: string, namespace: string, serviceAccount: string) =>
      eks().send(new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount }), options),
  };
}
