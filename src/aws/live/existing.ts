import type { ExistingAws } from "../existing.ts";
import type { ExistingSdk } from "../sdk-existing.ts";
import { allOf, ask } from "./ask.ts";

/** Looks up what exists, by what a configuration says of it. */
export function existing(sdk: ExistingSdk): ExistingAws {
  const { region } = sdk;
  return {
    async taggedIds(resourceType, tags) {
      const wanted = Object.entries(tags);
      const found = await ask("ec2:DescribeTags", region, () =>
        allOf(
          (token) => sdk.tags(resourceType, Object.keys(tags), token),
          (page) => page.Tags,
          (page) => page.NextToken,
        ),
      );
      const carries = (id: string, [key, value]: readonly [string, string]): boolean =>
        found.some((tag) => tag.ResourceId === id && tag.Key === key && tag.Value === value);
      const ids = new Set(found.flatMap(({ ResourceId }) => ResourceId ?? []));
      return [...ids].filter((id) => wanted.every((tag) => carries(id, tag)));
    },
    async securityGroupRules(groupId) {
      const rules = await ask("ec2:DescribeSecurityGroupRules", region, () =>
        allOf(
          (token) => sdk.securityGroupRules(groupId, token),
          (page) => page.SecurityGroupRules,
          (page) => page.NextToken,
        ),
      );
      return rules.map((rule) => ({
        id: rule.SecurityGroupRuleId ?? "",
        isEgress: rule.IsEgress ?? false,
        protocol: rule.IpProtocol ?? "",
        fromPort: rule.FromPort ?? -1,
        toPort: rule.ToPort ?? -1,
        peer: rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? "",
      }));
    },
    async targetGroupArns(name) {
      const answer = await ask(
        "elasticloadbalancing:DescribeTargetGroups",
        region,
        () => sdk.targetGroup(name),
        ["TargetGroupNotFoundException", "TargetGroupNotFound"],
      );
      return (answer?.TargetGroups ?? []).flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
    },
    async listenerArns(loadBalancerArn, port) {
      const found = await ask("elasticloadbalancing:DescribeListeners", region, () =>
        allOf(
          (token) => sdk.listeners(loadBalancerArn, token),
          (page) => page.Listeners,
          (page) => page.NextMarker,
        ),
      );
      return found.flatMap(({ Port, ListenerArn }) => (Port === port ? (ListenerArn ?? []) : []));
    },
    async backupPlanIds(name) {
      const found = await ask("backup:ListBackupPlans", region, () =>
        allOf(
          (token) => sdk.backupPlans(token),
          (page) => page.BackupPlansList,
          (page) => page.NextToken,
        ),
      );
      return found.flatMap((plan) => (plan.BackupPlanName === name ? (plan.BackupPlanId ?? []) : []));
    },
    async backupSelectionIds(planId, name) {
      const found = await ask("backup:ListBackupSelections", region, () =>
        allOf(
          (token) => sdk.backupSelections(planId, token),
          (page) => page.BackupSelectionsList,
          (page) => page.NextToken,
        ),
      );
      return found.flatMap((one) => (one.SelectionName === name ? (one.SelectionId ?? []) : []));
    },
    async taskDefinitionArns(family) {
      return ask("ecs:ListTaskDefinitions", region, () =>
        allOf(
          (token) => sdk.taskDefinitions(family, token),
          (page) => page.taskDefinitionArns,
          (page) => page.nextToken,
        ),
      );
    },
    async podIdentityIds(cluster, namespace, serviceAccount) {
      const { associations = [] } = await ask("eks:ListPodIdentityAssociations", region, () =>
        sdk.podIdentities(cluster, namespace, serviceAccount),
      );
      return associations.flatMap(({ associationId }) => associationId ?? []);
    },
  };
}
