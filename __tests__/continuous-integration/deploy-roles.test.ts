import { describe, expect, it } from "vitest";
import { boundaryStatements } from "../../src/continuous-integration/boundary.ts";
import { deployStatements } from "../../src/continuous-integration/deploy-statements.ts";
import { ownNames } from "../../src/continuous-integration/own-names.ts";
import { policyDocument } from "../../src/encryption/key-policy.ts";
import { accessIn } from "../support/access.ts";
import { resourceAt, synthesizeBootstrap, TRAFFIC } from "../support/environments.ts";
import { workflowAccess } from "./support.ts";

const stack = synthesizeBootstrap({
  bootstrap: {
    stateReplication: { enabled: true },
    continuousIntegration: { repository: "shop/pilot-light" },
  },
  traffic: TRAFFIC,
});
const access = accessIn(stack);
const { may, mayAtMost } = workflowAccess(stack);
const { accountId } = stack.spec.project;
const ACCOUNT = `arn:aws:iam::${accountId}`;

const bucket = access.arnOf("aws_s3_bucket.state_store_bucket");
const logs = access.arnOf("aws_s3_bucket.state_logs_bucket");
const key = access.arnOf("aws_kms_key.state_encryption_key");
const role = (environment: string, suffix = "task"): string =>
  `${ACCOUNT}:role/shop-${environment}-${suffix}`;
const boundary = (environment: string) => ({
  "iam:PermissionsBoundary": `${ACCOUNT}:policy/boundary/shop-${environment}`,
});
const tagged = (environment: string) => ({ "aws:ResourceTag/Environment": environment });

describe("a role that deploys can't make itself an administrator:", () => {
  it("makes roles that carry the boundary of its environment, and no other", async () => {
    expect(await may("deploy_dev", "iam:CreateRole", role("dev"), boundary("dev"))).toBe(true);
    expect(await may("deploy_dev", "iam:CreateRole", role("dev"))).toBe(false);
    expect(await may("deploy_dev", "iam:CreateRole", role("dev"), boundary("prod"))).toBe(false);
    expect(await may("deploy_dev", "iam:CreateRole", role("prod"), boundary("prod"))).toBe(false);
  });

  it.each(["iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary"])(
    "%s asks for a role with the boundary",
    async (action) => {
      expect(await may("deploy_dev", action, role("dev"), boundary("dev"))).toBe(true);
      expect(await may("deploy_dev", action, role("dev"))).toBe(false);
    },
  );

  it("the boundary stays where it is, and as it is", async () => {
    const policy = boundary("dev")["iam:PermissionsBoundary"];
    for (const [action, resource] of [
      ["iam:DeleteRolePermissionsBoundary", role("dev")],
      ["iam:CreatePolicyVersion", policy],
      ["iam:SetDefaultPolicyVersion", policy],
      ["iam:DeletePolicy", policy],
    ] as const) {
      expect(await may("deploy_dev", action, resource, boundary("dev")), action).toBe(false);
    }
  });

  it("the roles of workflows are none of its own", async () => {
    for (const other of ["deploy_dev", "deploy_prod", "plan"]) {
      const arn = access.arnOf(`aws_iam_role.workflows_${other}`);
      for (const action of ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:PassRole"]) {
        expect(await may("deploy_dev", action, arn, boundary("dev")), `${action} ${other}`).toBe(false);
      }
    }
  });

  it("attaches AWS's policies for nodes and clusters, and no administrator's", async () => {
    const attach = (name: string) =>
      may("deploy_dev", "iam:AttachRolePolicy", role("dev"), {
        ...boundary("dev"),
        "iam:PolicyARN": `arn:aws:iam::aws:policy/${name}`,
      });
    expect(await attach("AmazonEKSWorkerNodePolicy")).toBe(true);
    expect(await attach("AdministratorAccess")).toBe(false);
  });

  it("takes on nobody's role, and hands its own to the services of the stacks only", async () => {
    const trusting = `${ACCOUNT}:role/OrganizationAccountAccessRole`;
    expect(await mayAtMost("deploy_dev", "sts:AssumeRole", trusting)).toBe(false);
    const passTo = (service: string, of = "dev") =>
      may("deploy_dev", "iam:PassRole", role(of), { "iam:PassedToService": service });
    expect(await passTo("ecs-tasks.amazonaws.com")).toBe(true);
    expect(await passTo("lambda.amazonaws.com")).toBe(false);
    // An export of a snapshot knows no tags, and needs a role.
    expect(await passTo("export.rds.amazonaws.com")).toBe(false);
    expect(await passTo("ecs-tasks.amazonaws.com", "prod")).toBe(false);
  });

  it.each([
    ["lambda:UpdateFunctionCode", "lambda:eu-west-1:ACCOUNT:function:billing"],
    ["codebuild:StartBuild", "codebuild:eu-west-1:ACCOUNT:project/release"],
    ["cloudformation:UpdateStack", "cloudformation:eu-west-1:ACCOUNT:stack/landing-zone/1a2b"],
    ["ssm:SendCommand", "ec2:eu-west-1:ACCOUNT:instance/i-0123456789abcdef0"],
  ])("runs no code as somebody else: %s", async (action, resource) => {
    const arn = `arn:aws:${resource.replace("ACCOUNT", accountId)}`;
    expect(await mayAtMost("deploy_dev", action, arn)).toBe(false);
  });
});

describe("a role that deploys leaves other environments alone:", () => {
  const database = (environment: string) =>
    `arn:aws:rds:eu-west-1:${accountId}:db:shop-${environment}-database`;

  it.each([
    ["rds:DeleteDBInstance", database("prod")],
    ["rds:RebootDBInstance", database("prod")],
    ["rds:AddTagsToResource", database("prod")],
    ["rds:RemoveTagsFromResource", database("prod")],
    ["rds:CopyDBSnapshot", `arn:aws:rds:eu-west-1:${accountId}:snapshot:before-the-migration`],
    ["rds:ModifyDBSnapshotAttribute", `arn:aws:rds:eu-west-1:${accountId}:snapshot:before-the-migration`],
    ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:eu-west-1:${accountId}:secret:rds!db-1`],
    ["ecs:ExecuteCommand", `arn:aws:ecs:eu-west-1:${accountId}:task/shop-prod/1a2b`],
    ["ecs:UpdateService", `arn:aws:ecs:eu-west-1:${accountId}:service/shop-prod/shop-prod-app`],
    [
      "ec2:AuthorizeSecurityGroupIngress",
      `arn:aws:ec2:eu-west-1:${accountId}:security-group/sg-0123456789abcdef0`,
    ],
    ["ec2:DeleteTags", `arn:aws:ec2:eu-west-1:${accountId}:security-group/sg-0123456789abcdef0`],
    ["logs:GetLogEvents", `arn:aws:logs:eu-west-1:${accountId}:log-group:/shop/prod/app:log-stream:1`],
  ])("%s", async (action, resource) => {
    expect(await mayAtMost("deploy_dev", action, resource, tagged("prod"))).toBe(false);
    expect(await mayAtMost("deploy_prod", action, resource, tagged("prod"))).toBe(true);
  });

  it("still sees them", async () => {
    expect(await mayAtMost("deploy_dev", "rds:DescribeDBInstances", database("prod"), tagged("prod"))).toBe(
      true,
    );
  });

  it("only the other member of the pair restores its backups", async () => {
    const copy = `arn:aws:rds:eu-central-1:${accountId}:snapshot:awsbackup:copyjob-1a2b`;
    const restore = (by: string) =>
      mayAtMost(by, "rds:RestoreDBInstanceFromDBSnapshot", copy, tagged("prod"));
    expect(await restore("deploy_dr")).toBe(true);
    expect(await restore("deploy_dev")).toBe(false);
    for (const verb of ["Start", "Stop"]) {
      const action = `rds:${verb}DBInstanceAutomatedBackupsReplication`;
      expect(await mayAtMost("deploy_dr", action, database("prod"), tagged("prod"))).toBe(true);
      expect(await mayAtMost("deploy_dev", action, database("prod"), tagged("prod"))).toBe(false);
    }
    expect(await mayAtMost("deploy_dr", "rds:DeleteDBInstance", database("prod"), tagged("prod"))).toBe(
      false,
    );
  });

  it("their buckets are theirs, the switch of the traffic too", async () => {
    const lever = `arn:aws:s3:::shop-traffic-switch-${accountId}-eu-central-1/serve-from-standby`;
    expect(await mayAtMost("deploy_dev", "s3:PutObject", lever)).toBe(false);
    expect(await mayAtMost("deploy_dr", "s3:PutObject", lever)).toBe(false);
    expect(await mayAtMost("deploy_dev", "s3:PutObject", `arn:aws:s3:::shop-dev-assets/logo.svg`)).toBe(true);
  });

  it("only the environment with the records changes a hosted zone", async () => {
    const zone = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ";
    const change = (by: string) => mayAtMost(by, "route53:ChangeResourceRecordSets", zone);
    expect([await change("deploy_traffic"), await change("deploy_dev"), await change("deploy_prod")]).toEqual(
      [true, false, false],
    );
  });
});

describe("a role that deploys keeps what a recovery needs:", () => {
  it.each([
    ["backup:DeleteBackupVault", "backup:eu-central-1:ACCOUNT:backup-vault:shop-dr-backup"],
    ["backup:DeleteBackupVaultAccessPolicy", "backup:eu-central-1:ACCOUNT:backup-vault:shop-dr-backup"],
    ["backup:DeleteBackupVaultLockConfiguration", "backup:eu-central-1:ACCOUNT:backup-vault:shop-dr-backup"],
    ["backup:DeleteRecoveryPoint", "backup:eu-central-1:ACCOUNT:recovery-point:1EB3B5E7"],
    ["backup:UpdateRecoveryPointLifecycle", "backup:eu-central-1:ACCOUNT:recovery-point:1EB3B5E7"],
    ["backup:DisassociateRecoveryPoint", "backup:eu-central-1:ACCOUNT:recovery-point:1EB3B5E7"],
    ["rds:DeleteDBSnapshot", "rds:eu-central-1:ACCOUNT:snapshot:final"],
    ["rds:DeleteDBInstanceAutomatedBackup", "rds:eu-central-1:ACCOUNT:auto-backup:ab-1a2b"],
    ["kms:ScheduleKeyDeletion", "kms:eu-central-1:ACCOUNT:key/11111111-2222-3333-4444-555555555555"],
    ["kms:DisableKey", "kms:eu-central-1:ACCOUNT:key/11111111-2222-3333-4444-555555555555"],
    ["kms:PutKeyPolicy", "kms:eu-central-1:ACCOUNT:key/11111111-2222-3333-4444-555555555555"],
    ["kms:DeleteAlias", "kms:eu-central-1:ACCOUNT:alias/shop-dr-data"],
  ])("no %s, not even of its own", async (action, resource) => {
    const arn = `arn:aws:${resource.replace("ACCOUNT", accountId)}`;
    expect(await mayAtMost("deploy_dr", action, arn, tagged("dr"))).toBe(false);
  });

  it("may make them", async () => {
    const vault = `arn:aws:backup:eu-central-1:${accountId}:backup-vault:shop-dr-backup`;
    for (const action of ["backup:CreateBackupVault", "backup:PutBackupVaultAccessPolicy"]) {
      expect(await mayAtMost("deploy_dr", action, vault, tagged("dr")), action).toBe(true);
    }
    expect(await mayAtMost("deploy_dr", "kms:CreateKey", "*")).toBe(true);
  });
});

describe("a role that deploys writes its own state:", () => {
  const state = (environment: string): string => `${bucket}/shop/${environment}/terraform.tfstate`;

  it("reads and writes the state of a drill's copy, which no other role touches", async () => {
    for (const action of ["s3:GetObject", "s3:PutObject"]) {
      expect(await mayAtMost("deploy_dr", action, state("dr-drill")), action).toBe(true);
      expect(await mayAtMost("deploy_dev", action, state("dr-drill")), action).toBe(false);
    }
  });
  const bootstrapKey = { ...tagged("bootstrap"), "kms:ViaService": "s3.eu-west-1.amazonaws.com" };

  it("with its lock, and reads no other but what its records point to", async () => {
    expect(await mayAtMost("deploy_dev", "s3:PutObject", state("dev"))).toBe(true);
    expect(await mayAtMost("deploy_dev", "s3:DeleteObject", `${state("dev")}.tflock`)).toBe(true);
    expect(await mayAtMost("deploy_dev", "kms:Decrypt", key, bootstrapKey)).toBe(true);
    expect(await mayAtMost("deploy_dev", "kms:GenerateDataKey", key, bootstrapKey)).toBe(true);
    expect(await mayAtMost("deploy_dev", "s3:PutObject", state("prod"))).toBe(false);
    expect(await mayAtMost("deploy_dev", "s3:PutObject", state("bootstrap"))).toBe(false);
    expect(await mayAtMost("deploy_dev", "s3:GetObject", state("prod"))).toBe(false);
    expect(await mayAtMost("deploy_traffic", "s3:GetObject", state("prod"))).toBe(true);
    expect(await mayAtMost("deploy_traffic", "s3:PutObject", state("prod"))).toBe(false);
  });

  it("and no object of anybody else's bucket", async () => {
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      expect(await mayAtMost("deploy_dev", action, "arn:aws:s3:::payroll/2026.csv"), action).toBe(false);
      expect(await mayAtMost("deploy_dev", action, "arn:aws:s3:::shop-dev-assets/logo.svg"), action).toBe(
        true,
      );
    }
  });

  it("and the journal and the lock of its own recovery only", async () => {
    for (const file of ["lock.json", "runs/1.jsonl"]) {
      const of = (environment: string) => `${bucket}/shop/${environment}/recovery/${file}`;
      expect(await mayAtMost("deploy_dr", "s3:PutObject", of("dr"))).toBe(true);
      expect(await mayAtMost("deploy_dev", "s3:PutObject", of("dr"))).toBe(false);
      expect(await mayAtMost("deploy_dev", "s3:DeleteObject", of("dr"))).toBe(false);
    }
  });

  it.each([
    ["s3:DeleteObjectVersion", state("prod")],
    ["s3:PutBucketPolicy", bucket],
    ["s3:DeleteBucketPolicy", bucket],
    ["s3:PutEncryptionConfiguration", bucket],
    ["s3:PutLifecycleConfiguration", bucket],
    ["s3:PutReplicationConfiguration", bucket],
    ["s3:PutBucketVersioning", bucket],
    ["s3:PutBucketPublicAccessBlock", bucket],
    ["s3:DeleteBucket", bucket],
    ["s3:PutBucketPolicy", logs],
    ["s3:DeleteObject", `${logs}/state/1`],
    ["s3:GetObject", `${logs}/state/1`],
    ["kms:ScheduleKeyDeletion", key],
    ["kms:PutKeyPolicy", key],
    ["kms:CreateGrant", key],
    ["kms:UpdateAlias", key],
    ["kms:DeleteAlias", `arn:aws:kms:eu-west-1:${accountId}:alias/shop-tfstate`],
  ])("and can't %s on %s", async (action, resource) => {
    expect(await mayAtMost("deploy_prod", action, resource)).toBe(false);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
describe("the policies fit into what IAM takes", () => {
  const largest = (type: string): number =>
    Math.max(
      ...Object.values(stack.template.resource[type] ?? {}).map(
        ({ policy }) => access.resolve(String(policy)).replaceAll(/\s/g, "").length,
      ),
    );

  it("for those of roles, and for boundaries", () => {
    expect(largest("aws_iam_role_policy")).toBeLessThan(10_240);
    expect(largest("aws_iam_policy")).toBeLessThan(6_144);
  });

  it("with twenty environments of the longest names, too", () => {
    const others = Array.from({ length: 20 }, (_, index) => `environment${index}`);
    const project = "a-project-of-twenty-c";
    const environment = { name: "product", partners: ["environment0"], inFrontOf: [] };
    const place = { project, accountId, environment, others, home: "bootstrap" };
    const bucketArn = `arn:aws:s3:::${project}-tfstate-${accountId}-eu-central-1`;
    const logBucketArn = `arn:aws:s3:::${project}-tfstate-logs-${accountId}-eu-central-1`;
    const keyAlias = `arn:aws:kms:eu-central-1:${accountId}:alias/${project}-tfstate`;
    const state = { bucketArn, logBucketArn, keyAlias, keyArn: key };
    const states = [state, state];
    expect(policyDocument(deployStatements(states, place)).length).toBeLessThan(10_240);
    expect(policyDocument(boundaryStatements(states, place)).length).toBeLessThan(6_144);
    expect(policyDocument(ownNames(place)).length).toBeLessThan(6_144);
  });

  it("and are bounds only, attached to nobody", () => {
    expect(resourceAt(stack.template, "aws_iam_policy.workflows_boundary_prod")).toMatchObject({
      path: "/boundary/",
    });
    expect(JSON.stringify(stack.template.resource["aws_iam_role_policy_attachment"])).not.toContain(
      "boundary",
    );
  });
});
