import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { PolicyStatement } from "../../src/encryption/key-policy.ts";
import { accessIn } from "../support/access.ts";
import { complaints, configure, resourceAt, synthesizeBootstrap } from "../support/environments.ts";

const REPOSITORY = "shop/pilot-light";
const changes = {
  bootstrap: { stateReplication: { enabled: true }, continuousIntegration: { repository: REPOSITORY } },
};
const stack = synthesizeBootstrap(changes);
const access = accessIn(stack);
const { accountId } = stack.spec.project;

const statementSchema = z.object({
  Sid: z.string(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.union([z.string(), z.array(z.string())]).optional(),
  NotResource: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z
    .record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())])))
    .optional(),
});

const statementsOf = (name: string): readonly PolicyStatement[] => {
  const { policy } = resourceAt(stack.template, `aws_iam_role_policy.workflows_${name}_policy`);
  const document = z.object({ Statement: z.array(statementSchema) });
  const { Statement } = document.parse(JSON.parse(access.resolve(String(policy))));
  return Statement.map(({ Sid, Effect, Action, Resource, NotResource, Condition }) => ({
    Sid,
    Effect,
    Action,
    ...(Resource !== undefined && { Resource }),
    ...(NotResource !== undefined && { NotResource }),
    ...(Condition !== undefined && { Condition }),
  }));
};

/** As much as a managed policy could ever allow. */
const EVERYTHING: PolicyStatement = { Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" };

type Context = Readonly<Record<string, string>>;

/** Whether a role may do something, by its own policy, or with everything allowed beside it. */
const may = (role: string, action: string, resource: string, context: Context = {}): Promise<boolean> =>
  access.identityMay(
    access.arnOf(`aws_iam_role.workflows_${role}`),
    statementsOf(role),
    action,
    resource,
    context,
  );
const mayAtMost = (role: string, action: string, resource: string, context: Context = {}): Promise<boolean> =>
  access.identityMay(
    access.arnOf(`aws_iam_role.workflows_${role}`),
    [...statementsOf(role), EVERYTHING],
    action,
    resource,
    context,
  );

const bucket = access.arnOf("aws_s3_bucket.state_store_bucket");
const replica = access.arnOf("aws_s3_bucket.replica_state_store_bucket");
const key = access.arnOf("aws_kms_key.state_encryption_key");
const throughS3 = { "kms:ViaService": "s3.eu-west-1.amazonaws.com" };

describe("without a repository", () => {
  it("no role exists and nothing trusts GitHub", () => {
    expect(JSON.stringify(synthesizeBootstrap().template)).not.toContain("githubusercontent");
  });
});

describe("trust", () => {
  const trustSchema = z.object({
    Statement: z.tuple([
      z.object({
        Principal: z.object({ Federated: z.string() }),
        Condition: z.object({
          StringEquals: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
        }),
      }),
    ]),
  });
  const trustOf = (role: string) =>
    trustSchema.parse(
      JSON.parse(String(resourceAt(stack.template, `aws_iam_role.workflows_${role}`)["assume_role_policy"])),
    ).Statement[0];

  it.each([
    ["plan", [`repo:${REPOSITORY}:pull_request`, `repo:${REPOSITORY}:ref:refs/heads/main`]],
    ["deploy_dev", [`repo:${REPOSITORY}:environment:dev`]],
    ["deploy_prod", [`repo:${REPOSITORY}:environment:prod`]],
    ["deploy_dr", [`repo:${REPOSITORY}:environment:dr`]],
  ])("of %s is bound to whole subjects of one repository", (role, subjects) => {
    const { Condition } = trustOf(role);
    expect(Condition.StringEquals).toEqual({
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": subjects,
    });
  });

  it("leaves bootstrap to people: it holds the rights of the others", () => {
    const roles = Object.keys(stack.template.resource["aws_iam_role"] ?? {});
    expect(roles.filter((name) => name.startsWith("workflows_")).sort()).toEqual([
      "workflows_deploy_dev",
      "workflows_deploy_dr",
      "workflows_deploy_prod",
      "workflows_plan",
    ]);
  });

  it("uses a provider that the account has already, if told so", () => {
    const { template } = synthesizeBootstrap({
      bootstrap: { continuousIntegration: { repository: REPOSITORY, provider: "existing" } },
    });
    expect(template.resource["aws_iam_openid_connect_provider"]).toBeUndefined();
    expect(String(resourceAt(template, "aws_iam_role.workflows_plan")["assume_role_policy"])).toContain(
      `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`,
    );
  });
});

describe("the role that plans", () => {
  it("reads every state, also in the replica, and can decrypt it", async () => {
    for (const store of [bucket, replica]) {
      expect(await may("plan", "s3:GetObject", `${store}/shop/prod/terraform.tfstate`)).toBe(true);
    }
    expect(await may("plan", "kms:Decrypt", key, throughS3)).toBe(true);
  });

  it("writes nothing", async () => {
    expect(await may("plan", "s3:PutObject", `${bucket}/shop/prod/terraform.tfstate`)).toBe(false);
    expect(await may("plan", "kms:GenerateDataKey", key, throughS3)).toBe(false);
  });

  it("reads nobody's data, whatever its managed policy allows", async () => {
    const secret = `arn:aws:secretsmanager:eu-west-1:${accountId}:secret:rds!db-1`;
    expect(await mayAtMost("plan", "secretsmanager:GetSecretValue", secret)).toBe(false);
    expect(await mayAtMost("plan", "s3:GetObject", "arn:aws:s3:::someone-elses/export.csv")).toBe(false);
    expect(await mayAtMost("plan", "secretsmanager:DescribeSecret", secret)).toBe(true);
  });
});

describe("a role that deploys", () => {
  const role = (environment: string): string => `arn:aws:iam::${accountId}:role/shop-${environment}-task`;

  it("makes and passes roles of its own environment only", async () => {
    expect(await may("deploy_dev", "iam:CreateRole", role("dev"))).toBe(true);
    expect(await may("deploy_dev", "iam:CreateRole", role("prod"))).toBe(false);
    const passedTo = (service: string) => ({ "iam:PassedToService": service });
    expect(await may("deploy_dev", "iam:PassRole", role("dev"), passedTo("ecs-tasks.amazonaws.com"))).toBe(
      true,
    );
    expect(await may("deploy_dev", "iam:PassRole", role("dev"), passedTo("glue.amazonaws.com"))).toBe(false);
    expect(await may("deploy_dev", "iam:PassRole", role("prod"), passedTo("ecs-tasks.amazonaws.com"))).toBe(
      false,
    );
  });

  it("can't widen its own rights, nor anybody's by an administrator's policy", async () => {
    const own = access.arnOf("aws_iam_role.workflows_deploy_dev");
    expect(await may("deploy_dev", "iam:PutRolePolicy", own)).toBe(false);
    expect(await may("deploy_dev", "iam:UpdateAssumeRolePolicy", own)).toBe(false);
    expect(
      await may("deploy_dev", "iam:AttachRolePolicy", role("dev"), {
        "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ).toBe(false);
  });

  it("changes nothing that carries another environment's tag, and still reads it", async () => {
    const database = `arn:aws:rds:eu-west-1:${accountId}:db:shop-prod-database`;
    const tagged = (environment: string) => ({ "aws:ResourceTag/Environment": environment });
    expect(await mayAtMost("deploy_dev", "rds:DeleteDBInstance", database, tagged("prod"))).toBe(false);
    expect(await mayAtMost("deploy_prod", "rds:DeleteDBInstance", database, tagged("prod"))).toBe(true);
    expect(await mayAtMost("deploy_dev", "rds:DescribeDBInstances", database, tagged("prod"))).toBe(true);
  });

  it("writes its own state only, and destroys no history of it", async () => {
    const state = (environment: string): string => `${bucket}/shop/${environment}/terraform.tfstate`;
    expect(await mayAtMost("deploy_dev", "s3:PutObject", state("dev"))).toBe(true);
    expect(await mayAtMost("deploy_dev", "s3:DeleteObject", `${state("dev")}.tflock`)).toBe(true);
    expect(await mayAtMost("deploy_dev", "s3:PutObject", state("prod"))).toBe(false);
    expect(await mayAtMost("deploy_dev", "s3:PutObject", state("bootstrap"))).toBe(false);
    expect(await mayAtMost("deploy_prod", "s3:DeleteObjectVersion", state("prod"))).toBe(false);
    expect(await mayAtMost("deploy_prod", "s3:PutBucketPolicy", bucket)).toBe(false);
    expect(await mayAtMost("deploy_prod", "kms:ScheduleKeyDeletion", key)).toBe(false);
  });

  it("fits into the size that IAM allows for inline policies", () => {
    const sizes = Object.values(stack.template.resource["aws_iam_role_policy"] ?? {}).map(
      ({ policy }) => access.resolve(String(policy)).replaceAll(/\s/g, "").length,
    );
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(Math.max(...sizes)).toBeLessThan(10_240);
  });
});

describe("the configuration", () => {
  it("breaches no guardrail", () => {
    expect(complaints(changes)).toEqual([]);
  });

  it("names a repository in GitHub's form", () => {
    expect(() =>
      configure({ bootstrap: { continuousIntegration: { repository: "https://github.com/a/b" } } }),
    ).toThrow(
      'environments/bootstrap.ts: continuousIntegration.repository: expected organization/repository as GitHub spells it, got "https://github.com/a/b"; correct the value',
    );
  });
});
