import { describe, expect, it } from "vitest";
import { accessIn } from "../../support/access.ts";
import { activation, resourceAt, synthesizeOne } from "../../support/environments.ts";

const TASK = "aws_iam_role.compute_roles_task";
const EXECUTION = "aws_iam_role.compute_roles_execution";
const REGION = "eu-west-1";
const ACCOUNT = "111122223333";

const prod = accessIn(synthesizeOne("prod"));

const secret = (account = ACCOUNT, region = REGION): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-0a1b2c3d-1111-2222-3333-444455556666-a1B2c3`;
/** The tag that RDS puts on a secret of its own. */
const TAG = "aws:ResourceTag/aws:rds:primaryDBInstanceArn";
const ofInstance = (identifier: string) => ({
  [TAG]: `arn:aws:rds:${REGION}:${ACCOUNT}:db:${identifier}`,
});
const OWN = ofInstance("shop-prod-database");
const through = (service: string) => ({
  "kms:ViaService": `${service}.${REGION}.amazonaws.com`,
  "kms:EncryptionContext:SecretARN": secret(),
});

describe("the task role", () => {
  it.each(["GetSecretValue", "DescribeSecret"])("may %s of its own database", async (action) => {
    expect(await prod.roleMay(TASK, `secretsmanager:${action}`, secret(), OWN)).toBe(true);
  });

  it("may read the secret of a restored database, whose name nobody knew before", async () => {
    const restored = synthesizeOne("dr", activation("restored"));
    const { identifier } = resourceAt(restored.template, "aws_db_instance.database_instance");
    const region = "eu-central-1";
    const tag = { [TAG]: `arn:aws:rds:${region}:${ACCOUNT}:db:${String(identifier)}` };
    const peace = accessIn(synthesizeOne("dr"));
    expect(await peace.roleMay(TASK, "secretsmanager:GetSecretValue", secret(ACCOUNT, region), tag)).toBe(
      true,
    );
  });

  it.each([
    ["another database's", secret(), ofInstance("shop-dev-database")],
    ["one that belongs to no database", secret(), {}],
    [
      "one of ours with a borrowed tag",
      `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:api-key-a1B2c3`,
      OWN,
    ],
    ["another account's", secret("444455556666"), OWN],
    ["another region's", secret(ACCOUNT, "eu-central-1"), OWN],
  ])("may not read %s secret", async (_, arn, context) => {
    expect(await prod.roleMay(TASK, "secretsmanager:GetSecretValue", arn, context)).toBe(false);
  });

  it.each(["PutSecretValue", "UpdateSecret", "DeleteSecret", "RotateSecret", "TagResource"])(
    "may not %s",
    async (action) => {
      expect(await prod.roleMay(TASK, `secretsmanager:${action}`, secret(), OWN)).toBe(false);
    },
  );

  it("decrypts through Secrets Manager only", async () => {
    const key = prod.arnOf("aws_kms_key.keys_data_key");
    const telemetry = prod.arnOf("aws_kms_key.keys_telemetry_key");
    expect(await prod.roleMay(TASK, "kms:Decrypt", key, through("secretsmanager"))).toBe(true);
    expect(await prod.roleMay(TASK, "kms:Decrypt", key, through("s3"))).toBe(false);
    expect(await prod.roleMay(TASK, "kms:Decrypt", key)).toBe(false);
    expect(await prod.roleMay(TASK, "kms:Decrypt", telemetry, through("secretsmanager"))).toBe(false);
  });

  it.each([
    ["ecr:BatchGetImage", prod.arnOf("aws_ecr_repository.registry_repository")],
    ["logs:PutLogEvents", `${prod.arnOf("aws_cloudwatch_log_group.compute_log")}:log-stream:app`],
    ["iam:PassRole", prod.arnOf(TASK)],
    ["s3:GetObject", "arn:aws:s3:::shop-tfstate-111122223333-eu-west-1/shop/prod/terraform.tfstate"],
    ["ecs:UpdateService", `arn:aws:ecs:${REGION}:${ACCOUNT}:service/shop-prod/shop-prod-app`],
  ])("may not %s", async (action, resource) => {
    expect(await prod.roleMay(TASK, action, resource)).toBe(false);
  });
});

describe("the execution role", () => {
  const repository = prod.arnOf("aws_ecr_repository.registry_repository");
  const group = prod.arnOf("aws_cloudwatch_log_group.compute_log");

  it("signs in to the registry", async () => {
    expect(await prod.roleMay(EXECUTION, "ecr:GetAuthorizationToken", "*")).toBe(true);
  });

  it.each(["BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "BatchGetImage"])(
    "may %s of the environment's repository only",
    async (action) => {
      expect(await prod.roleMay(EXECUTION, `ecr:${action}`, repository)).toBe(true);
      expect(await prod.roleMay(EXECUTION, `ecr:${action}`, `${repository}-other`)).toBe(false);
    },
  );

  it("never pushes", async () => {
    expect(await prod.roleMay(EXECUTION, "ecr:PutImage", repository)).toBe(false);
  });

  it("writes to the service's log group", async () => {
    expect(await prod.roleMay(EXECUTION, "logs:PutLogEvents", `${group}:log-stream:app`)).toBe(true);
    expect(await prod.roleMay(EXECUTION, "logs:PutLogEvents", `${group}-other:log-stream:app`)).toBe(false);
    expect(await prod.roleMay(EXECUTION, "logs:DeleteLogGroup", group)).toBe(false);
  });

  it("never sees the database's password", async () => {
    expect(await prod.roleMay(EXECUTION, "secretsmanager:GetSecretValue", secret(), OWN)).toBe(false);
  });
});

describe.each([TASK, EXECUTION])("the trust of %s", (role) => {
  const ours = {
    "aws:SourceAccount": ACCOUNT,
    "aws:SourceArn": `arn:aws:ecs:${REGION}:${ACCOUNT}:task/shop-prod/1`,
  };
  const ecs = "ecs-tasks.amazonaws.com";

  it("admits this account's tasks of this region, and nothing else", async () => {
    expect(await prod.serviceMayAssume(ecs, role, ours)).toBe(true);
    expect(await prod.serviceMayAssume("ec2.amazonaws.com", role, ours)).toBe(false);
    expect(await prod.serviceMayAssume(ecs, role)).toBe(false);
    const stranger = { ...ours, "aws:SourceAccount": "444455556666" };
    expect(await prod.serviceMayAssume(ecs, role, stranger)).toBe(false);
    const elsewhere = { ...ours, "aws:SourceArn": `arn:aws:ecs:eu-central-1:${ACCOUNT}:task/shop-prod/1` };
    expect(await prod.serviceMayAssume(ecs, role, elsewhere)).toBe(false);
  });
});

describe("ECS Exec", () => {
  const dev = accessIn(synthesizeOne("dev"));
  const channels = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"];

  it.each(channels)("needs ssmmessages:%s on the task role, where it is on (T7)", async (channel) => {
    expect(await dev.roleMay(TASK, `ssmmessages:${channel}`, "*")).toBe(true);
    expect(await dev.roleMay(EXECUTION, `ssmmessages:${channel}`, "*")).toBe(false);
    expect(await prod.roleMay(TASK, `ssmmessages:${channel}`, "*")).toBe(false);
  });

  it("writes its sessions to a log group of its own", async () => {
    const sessions = dev.arnOf("aws_cloudwatch_log_group.compute_cluster_exec_log");
    const application = dev.arnOf("aws_cloudwatch_log_group.compute_log");
    expect(await dev.roleMay(TASK, "logs:PutLogEvents", `${sessions}:log-stream:one`)).toBe(true);
    expect(await dev.roleMay(TASK, "logs:PutLogEvents", `${application}:log-stream:one`)).toBe(false);
  });
});

it.each(["restored", "active"] as const)(
  "a standby that goes %s needs no change of its roles (T36)",
  (posture) => {
    const changes = { prod: { compute: { exec: true } } };
    const peace = synthesizeOne("dr", changes).template.resource;
    const incident = synthesizeOne("dr", { ...changes, ...activation(posture) }).template.resource;
    const roles = (resources: typeof peace) =>
      ["aws_iam_role", "aws_iam_role_policy"].map((type) =>
        Object.entries(resources[type] ?? {}).filter(([name]) => name.startsWith("compute_")),
      );
    expect(roles(peace).flat()).toHaveLength(5);
    expect(roles(incident)).toEqual(roles(peace));
  },
);
