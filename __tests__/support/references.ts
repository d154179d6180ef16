import type { SynthesizedStack } from "./environments.ts";

interface Place {
  readonly region: string;
  readonly accountId: string;
}

type Body = Readonly<Record<string, unknown>>;

const text = (value: unknown, otherwise: string): string =>
  typeof value === "string" && !value.includes("${") ? value : otherwise;

const regional =
  (service: string, resource: (body: Body, id: string) => string) =>
  (body: Body, id: string, { region, accountId }: Place): string =>
    `arn:aws:${service}:${region}:${accountId}:${resource(body, id)}`;

const named =
  (prefix: string, attribute = "name") =>
  (body: Body, id: string) =>
    `${prefix}${text(body[attribute], id)}`;

/** What AWS would call a resource of each type. A type that is missing makes a test fail, not pass. */
const ARNS: Readonly<Record<string, (body: Body, id: string, place: Place) => string>> = {
  aws_backup_vault: regional("backup", named("backup-vault:")),
  aws_cloudwatch_log_group: regional("logs", named("log-group:")),
  aws_cloudwatch_metric_alarm: regional("cloudwatch", named("alarm:", "alarm_name")),
  aws_cloudwatch_event_rule: regional("events", named("rule/")),
  aws_db_instance: regional("rds", named("db:", "identifier")),
  aws_dynamodb_table: regional("dynamodb", named("table/")),
  aws_ecr_repository: regional("ecr", named("repository/")),
  aws_ecs_cluster: regional("ecs", named("cluster/")),
  aws_ecs_task_definition: regional("ecs", (body, id) => `task-definition/${text(body["family"], id)}:1`),
  aws_iam_policy: (body, id, { accountId }) =>
    `arn:aws:iam::${accountId}:policy${text(body["path"], "/")}${text(body["name"], id)}`,
  aws_iam_role: (body, id, { accountId }) => `arn:aws:iam::${accountId}:role/${text(body["name"], id)}`,
  aws_kms_key: regional("kms", (_, id) => `key/${uuidOf(id)}`),
  aws_lambda_function: regional("lambda", named("function:", "function_name")),
  aws_lb: regional("elasticloadbalancing", (body, id) => `loadbalancer/app/${text(body["name"], id)}/1a2b3c`),
  aws_lb_target_group: regional(
    "elasticloadbalancing",
    (body, id) => `targetgroup/${text(body["name"], id)}/1a2b3c`,
  ),
  aws_s3_bucket: (body, id) => `arn:aws:s3:::${text(body["bucket"], id)}`,
  aws_secretsmanager_secret: regional(
    "secretsmanager",
    (body, id) => `secret:${text(body["name"], id)}-a1B2c3`,
  ),
  aws_sns_topic: regional("sns", named("")),
  aws_sqs_queue: regional("sqs", named("")),
  aws_ssm_parameter: regional("ssm", (body, id) => `parameter/${text(body["name"], id).replace(/^\//, "")}`),
};

/** A key id that differs from key to key and stays from run to run. */
function uuidOf(id: string): string {
  const hex = Buffer.from(id).toString("hex").padEnd(32, "0").slice(-32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Some of the ranges that AWS publishes for Route 53's health checkers. */
const HEALTH_CHECKER_RANGES = ["15.177.0.0/18", "54.228.16.0/26", "54.243.31.192/26"];

/** The lists that data sources answer, by type and attribute. */
const LISTS = new Map([["aws_ip_ranges.cidr_blocks", HEALTH_CHECKER_RANGES]]);

const SPLICED_LIST = /^jsonencode\(data\.([a-z0-9_]+)\.[a-z0-9_]+\.([a-z0-9_]+)\)$/;

/** Replaces every `${type.name.attribute}` by what AWS would plausibly put there, and a spliced list by one. */
export function resolveReferences(value: string, { spec, template }: SynthesizedStack): string {
  const { accountId } = spec.project;
  return value.replaceAll(/\$\{([^}]*)\}/g, (_, expression: string) => {
    const [, source = "", items = ""] = SPLICED_LIST.exec(expression) ?? [];
    const list = LISTS.get(`${source}.${items}`);
    if (list !== undefined) return JSON.stringify(list);
    const match = /^(data\.)?([a-z0-9_]+)\.([a-z0-9_-]+)\.([a-z0-9_.[\]]+)$/.exec(expression);
    if (match === null) throw new Error(`can't resolve the expression ${expression}`);
    const [, isData, type = "", name = "", attribute = ""] = match;
    if (isData !== undefined) throw new Error(`can't resolve the data source ${expression}`);
    const body = template.resource[type]?.[name];
    if (body === undefined) throw new Error(`${expression} refers to no resource of the template`);
    return attributeOf(type, name, attribute, body, {
      region: regionOf(body, { spec, template }),
      accountId,
    });
  });
}

/** A resource lives in the stack's region, or in that of the provider that it names: `aws.<alias>`. */
function regionOf(body: Body, { spec, template }: SynthesizedStack): string {
  const provider = text(body["provider"], "");
  if (provider === "") return spec.region;
  const named = template.provider["aws"]?.find(({ alias }) => provider === `aws.${String(alias)}`);
  if (named === undefined) throw new Error(`no provider ${provider}`);
  return String(named["region"]);
}

function attributeOf(type: string, name: string, attribute: string, body: Body, place: Place): string {
  if (attribute === "arn" || (attribute === "id" && ARN_AS_ID.has(type))) {
    const arn = ARNS[type];
    if (arn === undefined) throw new Error(`no ARN is known for ${type}; add one to ARNS`);
    return arn(body, name, place);
  }
  if (attribute.startsWith("master_user_secret")) {
    const owner = text(body["identifier"], name);
    return `arn:aws:secretsmanager:${place.region}:${place.accountId}:secret:rds!db-${owner}-a1B2c3`;
  }
  const written = body[attribute];
  if (typeof written === "string" && !written.includes("${")) return written;
  return `${type}-${name}-${attribute}`.replaceAll(/[^a-z0-9-]/g, "-");
}

const ARN_AS_ID = new Set(["aws_sns_topic", "aws_ecs_cluster", "aws_lb", "aws_lb_target_group"]);
