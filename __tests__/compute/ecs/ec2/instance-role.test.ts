import { describe, expect, it } from "vitest";
import { accessIn } from "../../../support/access.ts";
import { synthesizeOne } from "../../../support/environments.ts";
import { EC2 } from "./environments.ts";

const ROLE = "aws_iam_role.compute_cluster_instances_access_role";
const prod = accessIn(synthesizeOne("prod", EC2));

const cluster = prod.arnOf("aws_ecs_cluster.compute_cluster_fargate");
const another = cluster.replace("shop-prod", "shop-dev");
const instanceOf = (arn: string): string => `${arn.replace(":cluster/", ":container-instance/")}/0a1b2c3d`;

describe("an instance", () => {
  it.each([
    "RegisterContainerInstance",
    "DeregisterContainerInstance",
    "SubmitAttachmentStateChanges",
    "SubmitContainerStateChange",
    "SubmitTaskStateChange",
  ])("may %s with its own cluster only", async (action) => {
    expect(await prod.roleMay(ROLE, `ecs:${action}`, cluster)).toBe(true);
    expect(await prod.roleMay(ROLE, `ecs:${action}`, another)).toBe(false);
  });

  it.each(["Poll", "StartTelemetrySession", "UpdateContainerInstancesState"])(
    "may %s for its own cluster only",
    async (action) => {
      const of = (arn: string) =>
        prod.roleMay(ROLE, `ecs:${action}`, instanceOf(arn), { "ecs:cluster": arn });
      expect(await of(cluster)).toBe(true);
      expect(await of(another)).toBe(false);
    },
  );

  it("may ask where its cluster is served, which knows no resource", async () => {
    expect(await prod.roleMay(ROLE, "ecs:DiscoverPollEndpoint", "*")).toBe(true);
  });

  it("is reached through Session Manager", async () => {
    expect(
      await prod.roleMay(
        ROLE,
        "ssm:UpdateInstanceInformation",
        "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d4e5f60718",
      ),
    ).toBe(true);
    expect(await prod.roleMay(ROLE, "ssmmessages:OpenDataChannel", "*")).toBe(true);
  });

  it.each([
    ["ecr:BatchGetImage", prod.arnOf("aws_ecr_repository.registry_repository")],
    ["ecr:GetAuthorizationToken", "*"],
    ["logs:PutLogEvents", `${prod.arnOf("aws_cloudwatch_log_group.compute_log")}:log-stream:app`],
    ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-1-a1B2c3"],
    ["kms:Decrypt", prod.arnOf("aws_kms_key.keys_data_key")],
    ["ssm:GetParameter", "arn:aws:ssm:eu-west-1:111122223333:parameter/anything"],
    ["ecs:RunTask", "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop-prod-app:1"],
  ])("may not %s, which is a matter of its tasks or of nobody", async (action, resource) => {
    expect(await prod.roleMay(ROLE, action, resource)).toBe(false);
  });

  it("is the only kind of service that assumes its role", async () => {
    expect(await prod.serviceMayAssume("ec2.amazonaws.com", ROLE)).toBe(true);
    expect(await prod.serviceMayAssume("ecs-tasks.amazonaws.com", ROLE)).toBe(false);
  });
});
