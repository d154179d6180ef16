import { describe, expect, it } from "vitest";
import { REPLICATED } from "../compute/k3s/environments.ts";
import { accessIn } from "../support/access.ts";
import { merge, synthesizeBootstrap, synthesizeOne } from "../support/environments.ts";
import { workflowAccess } from "./support.ts";

const changes = merge(REPLICATED, {
  bootstrap: { continuousIntegration: { repository: "shop/pilot-light" } },
});
const bootstrap = synthesizeBootstrap(changes);
const prod = synthesizeOne("prod", changes);
const dr = synthesizeOne("dr", changes);

const ACCOUNT = "111122223333";
const ABROAD = `arn:aws:s3:::shop-dr-k3s-${ACCOUNT}-eu-central-1`;
const HOME = `arn:aws:s3:::shop-prod-k3s-${ACCOUNT}-eu-west-1`;
const SNAPSHOT = "cluster/snapshots/20260131T030000Z.i-1.shop-prod";

describe("where workflows deploy a k3s cluster", () => {
  const access = accessIn(prod, dr, bootstrap);
  const of = (environment: string) => ({ "aws:ResourceTag/Environment": environment });

  it("its state still travels to the other member of the pair", async () => {
    const role = "aws_iam_role.compute_state_replication_role";
    expect(await access.roleMay(role, "s3:GetObjectVersionForReplication", `${HOME}/${SNAPSHOT}`)).toBe(true);
    expect(await access.roleMay(role, "s3:ReplicateObject", `${ABROAD}/${SNAPSHOT}`)).toBe(true);
    const key = accessIn(dr).arnOf("aws_kms_key.keys_data_key");
    const context = {
      ...of("dr"),
      "kms:ViaService": "s3.eu-central-1.amazonaws.com",
      "kms:EncryptionContext:aws:s3:arn": ABROAD,
      "kms:ResourceAliases": ["alias/shop-dr-data"],
    };
    expect(await access.roleMay(role, "kms:Encrypt", key, context)).toBe(true);
  });

  it("its nodes still keep and join it, and reach no other environment's", async () => {
    const server = "aws_iam_role.compute_server_role_role";
    expect(await access.roleMay(server, "s3:PutObject", `${HOME}/region/lease`)).toBe(true);
    expect(await access.roleMay(server, "ec2:DescribeInstances", "*")).toBe(true);
    const worker = "aws_iam_role.compute_worker_role_role";
    expect(await access.roleMay(worker, "s3:GetObject", `${HOME}/region/lease`)).toBe(true);
    expect(await access.roleMay(server, "s3:PutObject", `${ABROAD}/region/lease`)).toBe(false);
  });

  const { mayAtMost } = workflowAccess(bootstrap);

  it("a plan reads again what a stack writes for its cluster, and nothing that is secret", async () => {
    const parameter = (name: string) => `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/shop/${name}`;
    expect(await mayAtMost("plan", "s3:GetObject", `${HOME}/region/service.yaml`)).toBe(true);
    expect(await mayAtMost("plan", "s3:GetObject", `${HOME}/${SNAPSHOT}`)).toBe(false);
    expect(await mayAtMost("plan", "s3:GetObject", `${HOME}/cluster/tokens/server/i-1`)).toBe(false);
    expect(await mayAtMost("plan", "ssm:GetParameter", parameter("prod/database"))).toBe(true);
    expect(await mayAtMost("plan", "ssm:GetParameter", parameter("prod/token"))).toBe(false);
  });

  it("a deployment neither reads nor changes the state of another's cluster", async () => {
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      expect(await mayAtMost("deploy_prod", action, `${ABROAD}/${SNAPSHOT}`), action).toBe(false);
    }
    expect(await mayAtMost("deploy_prod", "s3:PutObject", `${HOME}/region/service.yaml`)).toBe(true);
  });
});
