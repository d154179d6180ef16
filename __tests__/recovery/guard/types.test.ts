import { expect, it } from "vitest";
import { specsOf } from "../../../src/config/spec.ts";
import { globalControlPlane, holdings } from "../../../src/recovery/guard/types.ts";
import { rulesOf, type Transition } from "../../../src/recovery/guard/transitions.ts";
import { activation, type Changes } from "../../support/environments.ts";
import { exampleConfigurator, EXAMPLES } from "../../support/examples.ts";
import { templatesOf } from "../../support/synthesis.ts";

/** Types that hold nothing which a new one in their place would not, and whose control plane is regional. */
const LOOKED_AT = [
  "aws_appautoscaling_policy",
  "aws_appautoscaling_target",
  "aws_autoscaling_attachment",
  "aws_autoscaling_group",
  "aws_autoscaling_policy",
  "aws_backup_plan",
  "aws_backup_restore_testing_plan",
  "aws_backup_restore_testing_selection",
  "aws_backup_selection",
  "aws_backup_vault_lock_configuration",
  "aws_backup_vault_policy",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_metric_alarm",
  "aws_db_parameter_group",
  "aws_db_subnet_group",
  "aws_default_security_group",
  "aws_ecr_lifecycle_policy",
  "aws_ecr_replication_configuration",
  "aws_ecs_capacity_provider",
  "aws_ecs_cluster",
  "aws_ecs_cluster_capacity_providers",
  "aws_ecs_service",
  "aws_ecs_task_definition",
  "aws_eip",
  "aws_eks_access_entry",
  "aws_eks_access_policy_association",
  "aws_eks_addon",
  "aws_eks_node_group",
  "aws_eks_pod_identity_association",
  "aws_flow_log",
  "aws_internet_gateway",
  "aws_kms_alias",
  "aws_launch_template",
  "aws_lb",
  "aws_lb_listener",
  "aws_lb_target_group",
  "aws_nat_gateway",
  "aws_route",
  "aws_route_table",
  "aws_route_table_association",
  "aws_security_group",
  "aws_sns_topic_policy",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
  "terraform_data",
];

/** Types of what examples deploy in any posture, but for those that the guard knows to be special. */
async function ordinaryTypes(): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const example of EXAMPLES) {
    const configure = await exampleConfigurator(example);
    for (const changes of [{}, activation("active")]) {
      const { services } = specsOf(configure(changes));
      const templates = templatesOf({ bootstrap: undefined, traffic: undefined, services });
      for (const { resource } of templates.values())
        for (const type of Object.keys(resource)) found.add(type);
    }
  }
  const isOrdinary = (type: string) => holdings(type) === undefined && globalControlPlane(type) === undefined;
  return [...found].filter(isOrdinary).toSorted();
}

it.each(EXAMPLES)("lets %s go from posture to posture and back", async (example) => {
  const configure = await exampleConfigurator(example);
  const templateIn = (changes: Changes) => {
    const services = specsOf(configure(changes)).services.filter(({ name }) => name === "dr");
    return templatesOf({ bootstrap: undefined, traffic: undefined, services }).get("dr");
  };
  const postures = [templateIn({}), templateIn(activation("restored")), templateIn(activation("active"))];
  const typesIn = (template: (typeof postures)[number]) => {
    const resources = Object.entries(template?.resource ?? {});
    return new Map(
      resources.flatMap(([type, byName]) => Object.keys(byName).map((name) => [`${type}.${name}`, type])),
    );
  };
  const [standby, restored, active] = postures.map(typesIn);
  const lost = (from = new Map<string, string>(), to = new Map<string, string>()) =>
    [...from].flatMap(([address, type]) =>
      to.has(address) || type === "aws_cloudwatch_log_group" ? [] : [type],
    );
  const unexpected = (transition: Transition, types: readonly string[]) =>
    types.filter((type) => !rulesOf(transition).mayLose.includes(type));
  expect({
    restore: unexpected("restore", lost(standby, restored)),
    activate: unexpected("activate", lost(restored, active)),
    close: unexpected("close", lost(active, restored)),
    deactivate: unexpected("deactivate", lost(restored, standby)),
  }).toEqual({ restore: [], activate: [], close: [], deactivate: [] });
});

it("knows every type that the examples deploy: whoever adds one says whether it holds something", async () => {
  expect(await ordinaryTypes()).toEqual(LOOKED_AT);
});
