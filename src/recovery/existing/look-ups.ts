import type { RegionalAws } from "../../aws/port.ts";
import { identifyingTags, port, text, type Values } from "./values.ts";

/** Looks up what fits a configuration; empty while that is not known enough. */
export type LookUp = (values: Values, aws: RegionalAws) => Promise<readonly string[]>;

/** One of EC2's resources, by its owner's tags and its name: EC2 tags what it makes in the same call. */
export const byTags =
  (resourceType: string): LookUp =>
  async (values, aws) => {
    const tags = identifyingTags(values);
    return tags === undefined ? [] : aws.taggedIds(resourceType, tags);
  };

/** A rule of a group by what it allows: a group has each only once. */
export const ruleOf =
  (direction: "ingress" | "egress"): LookUp =>
  async (values, aws) => {
    const groupId = text(values, "security_group_id");
    const peers = ["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"];
    const [peer] = peers.flatMap((name) => text(values, name) ?? []);
    if (groupId === undefined || peer === undefined) return [];
    const rules = await aws.securityGroupRules(groupId);
    return rules
      .filter(
        (rule) =>
          rule.isEgress === (direction === "egress") &&
          rule.protocol === text(values, "ip_protocol") &&
          rule.fromPort === (port(values, "from_port") ?? -1) &&
          rule.toPort === (port(values, "to_port") ?? -1) &&
          rule.peer === peer,
      )
      .map(({ id }) => id);
  };

export const loadBalancer: LookUp = async (values, aws) => {
  const name = text(values, "name");
  const found = name === undefined ? undefined : await aws.loadBalancer(name);
  return found === undefined ? [] : [found.arn];
};

export const targetGroup: LookUp = async (values, aws) => {
  const name = text(values, "name");
  return name === undefined ? [] : aws.targetGroupArns(name);
};

export const listener: LookUp = async (values, aws) => {
  const [arn, listens] = [text(values, "load_balancer_arn"), port(values, "port")];
  return arn === undefined || listens === undefined ? [] : aws.listenerArns(arn, listens);
};

export const backupPlan: LookUp = async (values, aws) => {
  const name = text(values, "name");
  return name === undefined ? [] : aws.backupPlanIds(name);
};

export const backupSelection: LookUp = async (values, aws) => {
  const [plan, name] = [text(values, "plan_id"), text(values, "name")];
  if (plan === undefined || name === undefined) return [];
  return (await aws.backupSelectionIds(plan, name)).map((id) => `${plan}|${id}`);
};

export const taskDefinition: LookUp = async (values, aws) => {
  const family = text(values, "family");
  return family === undefined ? [] : aws.taskDefinitionArns(family);
};

export const podIdentity: LookUp = async (values, aws) => {
  const [cluster, namespace, account] = ["cluster_name", "namespace", "service_account"].map((name) =>
    text(values, name),
  );
  if (cluster === undefined || namespace === undefined || account === undefined) return [];
  return (await aws.podIdentityIds(cluster, namespace, account)).map((id) => `${cluster},${id}`);
};

export const backupReplication: LookUp = async (values, aws) => {
  const source = text(values, "source_db_instance_arn");
  const found = source === undefined ? undefined : await aws.replicatedBackup(source);
  return found === undefined ? [] : [found.arn];
};
