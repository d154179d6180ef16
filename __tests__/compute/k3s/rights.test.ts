import { describe, expect, it } from "vitest";
import { accessIn } from "../../support/access.ts";
import { synthesizeOne } from "../../support/environments.ts";
import { K3S } from "./environments.ts";

const SERVER = "aws_iam_role.compute_server_role_role";
const WORKER = "aws_iam_role.compute_worker_role_role";

const prod = accessIn(synthesizeOne("prod", K3S));
const store = "arn:aws:s3:::shop-prod-k3s-111122223333-eu-west-1";
const key = prod.arnOf("aws_kms_key.keys_data_key");
const throughS3 = (bucket: string) => ({
  "kms:ViaService": "s3.eu-west-1.amazonaws.com",
  "kms:EncryptionContext:aws:s3:arn": bucket,
});

const allowed = (role: string, action: string, object: string) =>
  prod.roleMay(role, action, `${store}/${object}`);

describe("a server", () => {
  it.each([
    ["s3:GetObject", "region/lease"],
    ["s3:PutObject", "region/lease"],
    ["s3:GetObject", "region/service.yaml"],
    ["s3:GetObject", "cluster/snapshots/20260131T030000Z.i-1.shop-prod"],
    ["s3:PutObject", "cluster/snapshots/20260131T030000Z.i-1.shop-prod"],
    ["s3:GetObject", "cluster/tokens/server/i-1"],
    ["s3:PutObject", "cluster/tokens/agent/i-1"],
  ])("may %s %s", async (action, object) => {
    expect(await allowed(SERVER, action, object)).toBe(true);
  });

  it.each([
    // Whoever takes it over can neither take the snapshots along nor say what the service is.
    ["s3:DeleteObject", "cluster/snapshots/20260131T030000Z.i-1.shop-prod"],
    ["s3:DeleteObjectVersion", "cluster/tokens/server/i-1"],
    ["s3:PutObject", "region/service.yaml"],
    ["s3:PutObject", "anything"],
    ["s3:GetObject", "anything"],
  ])("may not %s %s", async (action, object) => {
    expect(await allowed(SERVER, action, object)).toBe(false);
  });

  it("lists its own bucket, and reads no other", async () => {
    expect(await prod.roleMay(SERVER, "s3:ListBucket", store)).toBe(true);
    const other = store.replace("shop-prod", "shop-dev");
    expect(await prod.roleMay(SERVER, "s3:ListBucket", other)).toBe(false);
    expect(await prod.roleMay(SERVER, "s3:GetObject", `${other}/cluster/tokens/server/i-1`)).toBe(false);
  });

  it("uses the key for its bucket only", async () => {
    expect(await prod.roleMay(SERVER, "kms:GenerateDataKey", key, throughS3(store))).toBe(true);
    expect(await prod.roleMay(SERVER, "kms:Decrypt", key, throughS3("arn:aws:s3:::another"))).toBe(false);
    expect(await prod.roleMay(SERVER, "kms:Decrypt", key)).toBe(false);
  });

  it("reads the database's password for the service", async () => {
    const secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-1-a1B2c3";
    const of = (instance: string) => ({
      "aws:ResourceTag/aws:rds:primaryDBInstanceArn": `arn:aws:rds:eu-west-1:111122223333:db:${instance}`,
    });
    const action = "secretsmanager:GetSecretValue";
    expect(await prod.roleMay(SERVER, action, secret, of("shop-prod-database"))).toBe(true);
    expect(await prod.roleMay(SERVER, action, secret, of("shop-dev-database"))).toBe(false);
    expect(await prod.roleMay(WORKER, action, secret, of("shop-prod-database"))).toBe(false);
  });

  it("reports that it joined its own group, and how the cluster is", async () => {
    const group = (name: string) =>
      `arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:0a1b2c3d-0000-4000-8000-000000000000:autoScalingGroupName/${name}`;
    const action = "autoscaling:CompleteLifecycleAction";
    expect(await prod.roleMay(SERVER, action, group("shop-prod-servers"))).toBe(true);
    expect(await prod.roleMay(SERVER, action, group("shop-prod-workers"))).toBe(false);
    const metrics = (name: string) =>
      prod.roleMay(SERVER, "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": name });
    expect(await metrics("PilotLight/k3s")).toBe(true);
    expect(await metrics("AWS/RDS")).toBe(false);
  });
});

describe("a worker", () => {
  it.each(["region/lease", "cluster/tokens/agent/i-1"])("reads %s, to join", async (object) => {
    expect(await allowed(WORKER, "s3:GetObject", object)).toBe(true);
    expect(await allowed(WORKER, "s3:PutObject", object)).toBe(false);
  });

  it.each([
    "cluster/tokens/server/i-1",
    "cluster/snapshots/20260131T030000Z.i-1.shop-prod",
    "region/service.yaml",
  ])("does not read %s, which is the cluster", async (object) => {
    expect(await allowed(WORKER, "s3:GetObject", object)).toBe(false);
  });

  it.each([
    ["s3:ListBucket", store],
    ["kms:GenerateDataKey", key],
    ["ec2:DescribeInstances", "*"],
    ["autoscaling:SetDesiredCapacity", "*"],
  ])("may not %s", async (action, resource) => {
    expect(await prod.roleMay(WORKER, action, resource, throughS3(store))).toBe(false);
  });

  it("pulls the service's images and no others", async () => {
    const repository = prod.arnOf("aws_ecr_repository.registry_repository");
    expect(await prod.roleMay(WORKER, "ecr:BatchGetImage", repository)).toBe(true);
    expect(await prod.roleMay(WORKER, "ecr:BatchGetImage", `${repository}-other`)).toBe(false);
  });
});

it.each([SERVER, WORKER])(
  "%s is assumed by instances only, and reached through Session Manager",
  async (role) => {
    expect(await prod.serviceMayAssume("ec2.amazonaws.com", role)).toBe(true);
    expect(await prod.serviceMayAssume("ecs-tasks.amazonaws.com", role)).toBe(false);
    expect(await prod.roleMay(role, "ssmmessages:OpenDataChannel", "*")).toBe(true);
    expect(await prod.roleMay(role, "ssm:SendCommand", "*")).toBe(false);
  },
);
