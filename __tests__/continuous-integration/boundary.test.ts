import { describe, expect, it } from "vitest";
import { specsOf } from "../../src/config/spec.ts";
import { iamLeastPrivilege } from "../../src/guardrails/iam-least-privilege.ts";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { COPYING } from "../backup/environments.ts";
import { accessIn } from "../support/access.ts";
import {
  type Changes,
  configure,
  merge,
  synthesizeBootstrap,
  synthesizeOne,
  synthesizeTraffic,
  TRAFFIC,
} from "../support/environments.ts";
import { EXAMPLES, exampleConfigurator } from "../support/examples.ts";
import { mutate } from "../support/mutate.ts";

const CI: Changes = { bootstrap: { continuousIntegration: { repository: "shop/pilot-light" } } };
const changes = merge(COPYING, CI);
const bootstrap = synthesizeBootstrap(changes);
const [prod, dr, dev] = ["prod", "dr", "dev"].map((name) => synthesizeOne(name, changes));
if (prod === undefined || dr === undefined || dev === undefined) throw new Error("an environment is missing");

const ACCOUNT = "111122223333";
const BACKUP = "aws_iam_role.backup_role_role";
const TASK = "aws_iam_role.compute_roles_task";

describe("the boundary of an environment", () => {
  it("is carried by every role of its stack", () => {
    for (const { template, spec } of [prod, dr, dev]) {
      const roles = resourcesOf(template, "aws_iam_role");
      expect(roles.length).toBeGreaterThan(1);
      expect([...new Set(roles.map(({ body }) => body["permissions_boundary"]))]).toEqual([
        `arn:aws:iam::${ACCOUNT}:policy/boundary/shop-${spec.name}`,
      ]);
    }
  });

  it.each(EXAMPLES)("is carried by every role of examples/%s", async (example) => {
    const specs = specsOf((await exampleConfigurator(example))(CI));
    const templates = [...synthesize(specs).templates].filter(([name]) => name !== "bootstrap");
    const bare = templates.flatMap(([name, template]) =>
      resourcesOf(template, "aws_iam_role")
        .filter(({ body }) => !String(body["permissions_boundary"]).endsWith(`-${name}`))
        .map(({ address }) => `${name} ${address}`),
    );
    expect(bare).toEqual([]);
  });

  it("exists only where workflows deploy: without them no stack differs by a byte", () => {
    const text = (name: string): string => JSON.stringify(synthesizeOne(name, COPYING).template);
    for (const { template, spec } of [prod, dr, dev]) {
      const bounded = JSON.stringify(template);
      const line = /,?"permissions_boundary":"[^"]*"/g;
      expect(bounded).toMatch(line);
      expect(bounded.replaceAll(line, "")).toBe(text(spec.name));
    }
    expect(JSON.stringify(synthesizeBootstrap(COPYING).template)).not.toContain("boundary");
    const traffic = (more: Changes): string => JSON.stringify(synthesizeTraffic(more).template);
    expect(traffic(CI)).toBe(traffic({}));
  });
});

describe("within its boundary", () => {
  const access = accessIn(prod, dr, bootstrap);
  const rds = (region: string, resource: string): string => `arn:aws:rds:${region}:${ACCOUNT}:${resource}`;
  const vault = `arn:aws:backup:eu-central-1:${ACCOUNT}:backup-vault:shop-dr-backup`;
  const of = (environment: string) => ({ "aws:ResourceTag/Environment": environment });

  it.each<[string, string, object]>([
    ["rds:CreateDBSnapshot", rds("eu-west-1", "db:shop-prod-database"), of("prod")],
    ["rds:CopyDBSnapshot", rds("eu-central-1", "snapshot:awsbackup:job-1"), of("prod")],
    ["rds:DeleteDBSnapshot", rds("eu-central-1", "snapshot:awsbackup:job-1"), of("prod")],
    ["rds:AddTagsToResource", rds("eu-central-1", "snapshot:awsbackup:job-1"), of("prod")],
    ["backup:CopyIntoBackupVault", vault, of("dr")],
    ["backup:DescribeBackupVault", vault, of("dr")],
    [
      "backup:CopyFromBackupVault",
      rds("eu-west-1", "snapshot:awsbackup:job-1"),
      { ...of("prod"), "backup:CopyTargets": [vault] },
    ],
  ])("AWS Backup still makes its copies: %s on %s", async (action, resource, context) => {
    expect(await access.roleMay(BACKUP, action, resource, { ...context })).toBe(true);
  });

  it("AWS Backup encrypts them with the keys of both members of the pair", async () => {
    for (const [stack, region] of [
      [prod, "eu-west-1"],
      [dr, "eu-central-1"],
    ] as const) {
      const key = accessIn(stack).arnOf("aws_kms_key.keys_data_key");
      const context = {
        ...of(stack.spec.name),
        "kms:ResourceAliases": [`alias/shop-${stack.spec.name}-data`],
        "kms:ViaService": `rds.${region}.amazonaws.com`,
        "kms:GrantIsForAWSResource": "true",
      };
      for (const action of ["kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext"]) {
        expect(await access.roleMay(BACKUP, action, key, context), `${action} ${region}`).toBe(true);
      }
    }
  });

  it("a task still reads the password of its database", async () => {
    const secret = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:rds!db-1`;
    const instance = rds("eu-west-1", "db:shop-prod-database");
    const context = { ...of("prod"), "aws:ResourceTag/aws:rds:primaryDBInstanceArn": instance };
    expect(await access.roleMay(TASK, "secretsmanager:GetSecretValue", secret, context)).toBe(true);
  });

  it("a restore test still deletes what it restored, which has the primary's tags", async () => {
    const tested = synthesizeOne(
      "dr",
      merge(changes, { dr: { database: { recovery: { vault: { restoreTesting: { enabled: true } } } } } }),
    );
    const restore = accessIn(tested, bootstrap);
    const ROLE = "aws_iam_role.backup_restore_testing_role";
    const copy = rds("eu-central-1", "snapshot:awsbackup:copyjob-1");
    expect(await restore.roleMay(ROLE, "rds:RestoreDBInstanceFromDBSnapshot", copy, of("prod"))).toBe(true);
    const restored = rds("eu-central-1", "db:awsbackup-restore-test-1");
    expect(await restore.roleMay(ROLE, "rds:DeleteDBInstance", restored, of("prod"))).toBe(true);
  });
});

/** The task of dev, after somebody with a deployment's rights gave it every right. */
const conquered = accessIn(
  mutate(dev, "aws_iam_role_policy.compute_roles_database_policy", {
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    }),
  }),
  synthesizeBootstrap(merge(changes, { traffic: TRAFFIC })),
);
const may = (action: string, resource: string, context = {}): Promise<boolean> =>
  conquered.roleMay(TASK, action, resource, context);

describe("a role that was given every right", () => {
  const arn = (rest: string): string => `arn:aws:${rest.replace("ACCOUNT", ACCOUNT)}`;

  it("has what an application may want", async () => {
    expect(await may("dynamodb:PutItem", arn("dynamodb:eu-west-1:ACCOUNT:table/orders"))).toBe(true);
    expect(await may("s3:PutObject", "arn:aws:s3:::shop-dev-assets/logo.svg")).toBe(true);
    expect(await may("sts:AssumeRole", arn("iam::ACCOUNT:role/shop-dev-task"))).toBe(true);
  });

  it.each([
    ["iam:CreateUser", "iam::ACCOUNT:user/mallory"],
    ["iam:CreateAccessKey", "iam::ACCOUNT:user/admin"],
    ["iam:PutRolePolicy", "iam::ACCOUNT:role/shop-dev-task"],
    ["iam:DeleteRolePermissionsBoundary", "iam::ACCOUNT:role/shop-dev-task"],
    ["iam:CreatePolicyVersion", "iam::ACCOUNT:policy/boundary/shop-dev"],
    ["sts:AssumeRole", "iam::ACCOUNT:role/OrganizationAccountAccessRole"],
    ["iam:PassRole", "iam::ACCOUNT:role/administrator"],
    ["lambda:UpdateFunctionCode", "lambda:eu-west-1:ACCOUNT:function:billing"],
    ["cloudformation:UpdateStack", "cloudformation:eu-west-1:ACCOUNT:stack/landing-zone/1a2b"],
    ["backup:DeleteRecoveryPoint", "backup:eu-west-1:ACCOUNT:recovery-point:1EB3B5E7"],
    ["backup:DeleteBackupVault", "backup:eu-west-1:ACCOUNT:backup-vault:shop-dev-backup"],
    ["s3:PutObject", "s3:::shop-traffic-switch-ACCOUNT-eu-central-1/serve-from-standby"],
    ["s3:GetObject", "s3:::shop-prod-access-ACCOUNT-eu-west-1/log"],
    ["s3:GetObject", "s3:::shop-tfstate-ACCOUNT-eu-west-1/shop/dev/terraform.tfstate"],
  ])("is still held back from %s on %s", async (action, resource) => {
    expect(await may(action, arn(resource))).toBe(false);
  });

  it.each([
    ["rds:DeleteDBInstance", "rds:eu-west-1:ACCOUNT:db:shop-prod-database"],
    ["rds:AddTagsToResource", "rds:eu-west-1:ACCOUNT:db:shop-prod-database"],
    ["rds:RestoreDBInstanceFromDBSnapshot", "rds:eu-west-1:ACCOUNT:snapshot:awsbackup:job-1"],
    ["secretsmanager:GetSecretValue", "secretsmanager:eu-west-1:ACCOUNT:secret:rds!db-1"],
  ])("is still held back from another environment: %s", async (action, resource) => {
    expect(await may(action, arn(resource), { "aws:ResourceTag/Environment": "prod" })).toBe(false);
    expect(await may(action, arn(resource), { "aws:ResourceTag/Environment": "dev" })).toBe(true);
  });
});

describe("the guardrail on wide policies", () => {
  it("leaves boundaries alone until somebody has one", () => {
    const spec = specsOf(configure(changes)).bootstrap;
    if (spec === undefined) throw new Error("no bootstrap");
    expect(iamLeastPrivilege.violations({ spec, template: bootstrap.template })).toEqual([]);
    const attached = mutate(bootstrap, "aws_iam_role_policy_attachment.workflows_plan_managed", {
      policy_arn: "${aws_iam_policy.workflows_boundary_dev.arn}",
    });
    const found = iamLeastPrivilege.violations({ spec, template: attached.template });
    expect(found.length).toBeGreaterThan(0);
    for (const { message } of found)
      expect(message).toMatch(/^aws_iam_policy\.workflows_boundary_dev allows too much/);
  });
});
