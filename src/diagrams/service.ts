import type { ServiceSpec } from "../config/spec.ts";
import { blocksOf, type Template } from "../guardrails/template.ts";
import type { Arrow, Box } from "./picture.ts";
import { around, bodiesOf, type Body, boxOf, counted, shown } from "./resources.ts";

/** Everywhere, in both notations. */
const ANYONE = new Set(["0.0.0.0/0", "::/0"]);

/** What a service environment consists of, and how its parts use each other; ids begin with its name. */
export interface ServiceParts {
  readonly vpc: readonly Box[];
  /** What lies in the region, and in no network. */
  readonly beside: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly isOpen: boolean;
}

/** The parts of a service environment. */
export function serviceParts(spec: ServiceSpec, template: Template): ServiceParts {
  const { name } = spec;
  const id = (part: string): string => `${name}.${part}`;
  const entrance = entranceOf(template);
  const vpc = vpcOf(template, id, entrance);
  const beside = besideVpc(template, id);
  const children = [...vpc, ...beside];
  const present = new Set(idsOf(children));
  const arrows: readonly Arrow[] = [
    { from: id("load-balancer"), to: id("compute") },
    { from: id("compute"), to: id("database") },
    { from: id("repository"), to: id("compute"), label: "image" },
    { from: id("database"), to: id("vault"), label: schedule(template) },
    { from: id("alarms"), to: id("topic") },
  ];
  return {
    vpc,
    beside,
    arrows: arrows.filter(({ from, to }) => present.has(from) && present.has(to)),
    isOpen: entrance !== "nobody",
  };
}

const idsOf = (boxes: readonly Box[]): readonly string[] =>
  boxes.flatMap(({ id, children = [] }) => [id, ...idsOf(children)]);

type Entrance = "anyone" | "some" | "nobody";

/** Who may come in from outside the network. */
function entranceOf(template: Template): Entrance {
  const own = new Set(bodiesOf(template, "aws_vpc").map((vpc) => vpc["cidr_block"]));
  const sources = bodiesOf(template, "aws_vpc_security_group_ingress_rule")
    .flatMap((rule) => [rule["cidr_ipv4"], rule["cidr_ipv6"], rule["prefix_list_id"]])
    .filter((source) => source !== undefined && !own.has(source));
  if (sources.length === 0) return "nobody";
  return sources.some((source) => ANYONE.has(String(source))) ? "anyone" : "some";
}

const ENTRANCES: Readonly<Record<Entrance, (template: Template) => readonly string[]>> = {
  anyone: (template) => [ports(template)],
  some: (template) => [ports(template), "for some addresses"],
  nobody: () => ["nobody may enter"],
};

function vpcOf(template: Template, id: (part: string) => string, entrance: Entrance): readonly Box[] {
  const [vpc] = bodiesOf(template, "aws_vpc");
  if (vpc === undefined) return [];
  const publicSubnets = [
    ...boxOf(template, ["aws_lb"], {
      id: id("load-balancer"),
      kind: "traffic",
      title: "load balancer",
      about: () => ENTRANCES[entrance](template),
    }),
    ...boxOf(template, ["aws_nat_gateway"], {
      id: id("nat"),
      kind: "traffic",
      title: counted("NAT gateway"),
    }),
  ];
  return around(id("vpc"), "place", `VPC ${shown(vpc["cidr_block"])}`, [
    ...around(id("public"), "place", subnets(template, "public"), publicSubnets),
    ...around(id("private"), "place", subnets(template, "private"), computeOf(template, id("compute"))),
    ...around(id("data"), "place", subnets(template, "database"), databaseOf(template, id("database"))),
  ]);
}

const ports = (template: Template): string =>
  bodiesOf(template, "aws_lb_listener")
    .map(({ protocol }) => shown(protocol))
    .toSorted()
    .toReversed()
    .join(", ");

/** `public subnets, zones a b c`, from the names that the subnets carry. */
function subnets(template: Template, tier: string): string {
  const zones = bodiesOf(template, "aws_subnet").flatMap(({ availability_zone: zone, tags }) => {
    const isOfTier = JSON.stringify(tags ?? {}).includes(`-${tier}-`);
    return isOfTier ? [shown(zone).slice(-1)] : [];
  });
  return `${tier} subnets ${zones.join(", ")}`;
}

function computeOf(template: Template, id: string): readonly Box[] {
  const [service] = bodiesOf(template, "aws_ecs_service");
  const groups = bodiesOf(template, "aws_autoscaling_group");
  const [scaled] = bodiesOf(template, "aws_appautoscaling_target");
  const nodes = bodiesOf(template, "aws_eks_node_group").flatMap((body) => blocksOf(body, "scaling_config"));
  const size = ({ min_size: least, max_size: most }: Body): string =>
    `${shown(least)} to ${shown(most)} ${nodes.length > 0 ? "nodes" : "instances"}`;
  const tasks =
    service === undefined
      ? ""
      : `${shown(scaled?.["min_capacity"]) || shown(service["desired_count"])} task${shown(service["desired_count"]) === "1" ? "" : "s"}${scaled === undefined ? "" : `, up to ${shown(scaled["max_capacity"])}`}`;
  const title = service === undefined ? (nodes.length > 0 ? "EKS" : "instances") : "ECS service";
  const details = [tasks, ...[...groups, ...nodes].map(size)].filter((line) => line !== "");
  return details.length === 0 ? [] : [{ id, kind: "compute", title, details }];
}

const databaseOf = (template: Template, id: string): readonly Box[] =>
  boxOf(template, ["aws_db_instance"], {
    id,
    kind: "data",
    title: ([body]) => `PostgreSQL ${shown(body?.["engine_version"])}`.trim(),
    about: ([body]) => [
      shown(body?.["instance_class"]),
      body?.["multi_az"] === true ? "in two zones" : "in one zone",
      body?.["snapshot_identifier"] === undefined && body?.["restore_to_point_in_time"] === undefined
        ? ""
        : "restored",
    ],
  });

function besideVpc(template: Template, id: (part: string) => string): readonly Box[] {
  return [
    ...boxOf(template, ["aws_ecr_repository"], {
      id: id("repository"),
      kind: "compute",
      title: "image repository",
      about: ([body]) => [shown(body?.["name"])],
    }),
    ...boxOf(template, ["aws_backup_vault"], {
      id: id("vault"),
      kind: "protection",
      title: "backup vault",
      about: () => [
        bodiesOf(template, "aws_backup_vault_lock_configuration").length > 0 ? "locked" : "",
        bodiesOf(template, "aws_backup_restore_testing_plan").length > 0 ? "restored as a test" : "",
      ],
    }),
    ...boxOf(template, ["aws_db_instance_automated_backups_replication"], {
      id: id("automated-backups"),
      kind: "protection",
      title: "automated backups",
      about: () => ["received from the primary"],
    }),
    ...boxOf(template, ["aws_cloudwatch_metric_alarm"], {
      id: id("alarms"),
      kind: "oversight",
      title: counted("alarm"),
    }),
    ...boxOf(template, ["aws_sns_topic"], { id: id("topic"), kind: "oversight", title: "alarm topic" }),
    ...oversight(template, id("oversight")),
  ];
}

/** What stands beside everything, in one box. */
function oversight(template: Template, id: string): readonly Box[] {
  const count = (type: string, one: string): string => {
    const { length } = bodiesOf(template, type);
    return length === 0 ? "" : `${length} ${one}${length === 1 ? "" : "s"}`;
  };
  const details = [
    count("aws_kms_key", "customer key"),
    count("aws_cloudwatch_log_group", "log group"),
    count("aws_budgets_budget", "budget"),
  ].filter((line) => line !== "");
  return details.length === 0 ? [] : [{ id, kind: "oversight", title: "for all of it", details }];
}

/** When the database is backed up: a backup plan's schedule. */
function schedule(template: Template): string {
  const rules = bodiesOf(template, "aws_backup_plan").flatMap((plan) => blocksOf(plan, "rule"));
  return rules.length > 0 ? "backups" : "";
}
