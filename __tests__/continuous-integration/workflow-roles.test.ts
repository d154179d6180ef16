import { describe, expect, it } from "vitest";
import { z } from "zod";
import { accessIn } from "../support/access.ts";
import { complaints, configure, resourceAt, synthesizeBootstrap } from "../support/environments.ts";
import { workflowAccess } from "./support.ts";

const REPOSITORY = "shop/pilot-light";
const changes = {
  bootstrap: { stateReplication: { enabled: true }, continuousIntegration: { repository: REPOSITORY } },
};
const stack = synthesizeBootstrap(changes);
const access = accessIn(stack);
const { accountId } = stack.spec.project;

const { may, mayAtMost } = workflowAccess(stack);

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

  const aud = { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" };
  const onMain = { "token.actions.githubusercontent.com:ref": "refs/heads/main" };

  it.each([
    ["plan", [`repo:${REPOSITORY}:environment:plan`, `repo:${REPOSITORY}:ref:refs/heads/main`], onMain],
    ["deploy_dev", [`repo:${REPOSITORY}:environment:dev`], onMain],
    ["deploy_prod", [`repo:${REPOSITORY}:environment:prod`], onMain],
    ["deploy_dr", [`repo:${REPOSITORY}:environment:dr`], onMain],
  ])("of %s is bound to whole subjects of one repository, and to a branch", (role, subjects, branch) => {
    const sub = { "token.actions.githubusercontent.com:sub": subjects };
    expect(trustOf(role).Condition.StringEquals).toEqual({ ...aud, ...sub, ...branch });
  });

  it("is bound to the ids of organization and repository, where the tokens name them", () => {
    const subjectPrefix = "repo:shop@123/pilot-light@456";
    const { template } = synthesizeBootstrap({
      bootstrap: { continuousIntegration: { repository: REPOSITORY, subjectPrefix } },
    });
    const written = String(resourceAt(template, "aws_iam_role.workflows_deploy_dev")["assume_role_policy"]);
    expect(written).toContain(`"${subjectPrefix}:environment:dev"`);
    expect(written).not.toContain(`"repo:${REPOSITORY}:`);
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

  it("finds the record in force and the mark of a fence, by which a plan is refused", async () => {
    for (const store of [bucket, replica]) {
      expect(await may("plan", "s3:ListBucket", store)).toBe(true);
      expect(await mayAtMost("deploy_prod", "s3:ListBucket", store)).toBe(true);
    }
  });

  it("writes nothing", async () => {
    expect(await may("plan", "s3:PutObject", `${bucket}/shop/prod/terraform.tfstate`)).toBe(false);
    expect(await may("plan", "kms:GenerateDataKey", key, throughS3)).toBe(false);
  });

  it("sees what a refresh asks for", async () => {
    const switchBucket = `arn:aws:s3:::shop-traffic-switch-${accountId}-eu-central-1`;
    expect(await mayAtMost("plan", "s3:ListBucket", switchBucket)).toBe(true);
    expect(await mayAtMost("plan", "s3:GetBucketPolicy", switchBucket)).toBe(true);
    expect(await mayAtMost("plan", "ce:ListCostAllocationTags", "*")).toBe(true);
    expect(
      await mayAtMost("plan", "iam:ListRolePolicies", `arn:aws:iam::${accountId}:role/shop-dev-task`),
    ).toBe(true);
  });

  it("reads nobody's data, whatever its managed policy allows", async () => {
    const secret = `arn:aws:secretsmanager:eu-west-1:${accountId}:secret:rds!db-1`;
    expect(await mayAtMost("plan", "secretsmanager:GetSecretValue", secret)).toBe(false);
    expect(await mayAtMost("plan", "s3:GetObject", "arn:aws:s3:::someone-elses/export.csv")).toBe(false);
    expect(await mayAtMost("plan", "secretsmanager:DescribeSecret", secret)).toBe(true);
    const parameter = `arn:aws:ssm:eu-west-1:${accountId}:parameter/shop/token`;
    expect(await mayAtMost("plan", "ssm:GetParameter", parameter)).toBe(false);
    const group = `arn:aws:logs:eu-west-1:${accountId}:log-group:/shop/prod/app`;
    expect(await mayAtMost("plan", "logs:FilterLogEvents", group)).toBe(false);
    const log = `arn:aws:rds:eu-west-1:${accountId}:db:shop-prod-database`;
    expect(await mayAtMost("plan", "rds:DownloadDBLogFilePortion", log)).toBe(false);
  });

  it.each([
    ["dynamodb:Scan", "dynamodb:eu-west-1:ACCOUNT:table/orders"],
    ["kinesis:GetRecords", "kinesis:eu-west-1:ACCOUNT:stream/orders"],
    ["lambda:GetFunction", "lambda:eu-west-1:ACCOUNT:function:billing"],
    ["sqs:ReceiveMessage", "sqs:eu-west-1:ACCOUNT:orders"],
    ["codecommit:GitPull", "codecommit:eu-west-1:ACCOUNT:billing"],
  ])("reads nothing of a service that no stack is made of: %s", async (action, resource) => {
    expect(await mayAtMost("plan", action, `arn:aws:${resource.replace("ACCOUNT", accountId)}`)).toBe(false);
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
