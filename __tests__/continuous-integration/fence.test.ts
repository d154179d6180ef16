import { describe, expect, it } from "vitest";
import { COPYING } from "../backup/environments.ts";
import { accessIn } from "../support/access.ts";
import { merge, synthesizeBootstrap, synthesizeOne, TRAFFIC } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";
import { workflowAccess } from "./support.ts";

const ACCOUNT = "111122223333";
const changes = merge(COPYING, {
  bootstrap: { continuousIntegration: { repository: "shop/pilot-light" } },
  prod: { registry: { replication: { enabled: true } } },
  traffic: TRAFFIC,
});
const bootstrap = synthesizeBootstrap(changes);
const { mayAtMost } = workflowAccess(bootstrap);

/** A role that a deployment of dev has made and given every right. */
const conquered = accessIn(
  mutate(synthesizeOne("dev", changes), "aws_iam_role_policy.compute_roles_database_policy", {
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    }),
  }),
  bootstrap,
);
const taskMay = (action: string, resource: string, context = {}): Promise<boolean> =>
  conquered.roleMay("aws_iam_role.compute_roles_task", action, resource, context);

const arn = (rest: string): string => (rest === "*" ? rest : `arn:aws:${rest.replace("ACCOUNT", ACCOUNT)}`);
const ofProd = { "aws:ResourceTag/Environment": "prod" };

const PROD_BALANCER =
  "elasticloadbalancing:eu-west-1:ACCOUNT:loadbalancer/app/shop-prod-alb/50dc6c495c0c9188";
const DEV_BALANCER = "elasticloadbalancing:eu-west-1:ACCOUNT:loadbalancer/app/shop-dev-alb/50dc6c495c0c9188";
const ZONE = `route53:::hostedzone/${TRAFFIC.zoneId}`;
const HEALTH_CHECK = "route53:::healthcheck/1a2b3c4d-5678-90ab-cdef-111122223333";
const INTERFACE = "ec2:eu-west-1:ACCOUNT:network-interface/eni-0123456789abcdef0";
const VAULT = "backup:eu-central-1:ACCOUNT:backup-vault:shop-dr-backup";
const ALIAS = "kms:eu-central-1:ACCOUNT:alias/shop-dr-data";
const SECRET = "secretsmanager:eu-west-1:ACCOUNT:secret:rds!db-1";

const SERVICES = ["deploy_dev", "deploy_prod", "deploy_dr"];
const EVERYBODY = [...SERVICES, "deploy_traffic"];

type Row = [
  action: string,
  resource: string,
  refused: readonly string[],
  context?: Readonly<Record<string, string | string[]>>,
];

type Own = [role: string, action: string, resource: string, context?: Readonly<Record<string, string>>];

describe("what no tag tells apart is refused to deployments:", () => {
  it.each<Row>([
    ["route53:UpdateHealthCheck", HEALTH_CHECK, SERVICES],
    ["route53:CreateHealthCheck", "*", SERVICES],
    ["route53:DeleteHealthCheck", HEALTH_CHECK, SERVICES],
    ["route53:ChangeTagsForResource", HEALTH_CHECK, SERVICES],
    ["route53:ChangeTagsForResource", ZONE, EVERYBODY],
    ["route53:AssociateVPCWithHostedZone", ZONE, EVERYBODY],
    ["route53:DisassociateVPCFromHostedZone", ZONE, EVERYBODY],
    ["route53:DeleteHostedZone", ZONE, EVERYBODY],
    ["route53:UpdateHostedZoneComment", ZONE, EVERYBODY],
    ["route53:DisableHostedZoneDNSSEC", ZONE, EVERYBODY],
    ["route53domains:TransferDomainToAnotherAwsAccount", "*", EVERYBODY],
    ["acm:DeleteCertificate", "acm:eu-west-1:ACCOUNT:certificate/1a2b", EVERYBODY],
    ["wafv2:AssociateWebACL", PROD_BALANCER, ["deploy_dev", "deploy_dr", "deploy_traffic"]],
    ["wafv2:DeleteWebACL", "wafv2:eu-west-1:ACCOUNT:regional/webacl/shared/1a2b", EVERYBODY],
    ["backup:StopBackupJob", "*", EVERYBODY],
    ["backup:UpdateRegionSettings", "*", EVERYBODY],
    ["backup:UpdateGlobalSettings", "*", EVERYBODY],
    ["ecr:PutReplicationConfiguration", "*", ["deploy_dev", "deploy_traffic"]],
    ["ecr:PutRegistryPolicy", "*", EVERYBODY],
    ["ecr:DeleteRegistryPolicy", "*", EVERYBODY],
    ["ec2:DisableEbsEncryptionByDefault", "*", EVERYBODY],
    ["ec2:ModifyEbsDefaultKmsKeyId", "*", EVERYBODY],
    ["ec2:DisableSnapshotBlockPublicAccess", "*", EVERYBODY],
    ["ecs:PutAccountSettingDefault", "*", EVERYBODY],
    ["logs:PutResourcePolicy", "*", EVERYBODY],
    ["s3:PutAccountPublicAccessBlock", "*", EVERYBODY],
    ["kms:UpdateAlias", ALIAS, EVERYBODY],
    ["kms:CreateAlias", ALIAS, ["deploy_dev", "deploy_prod", "deploy_traffic"]],
    ["secretsmanager:PutResourcePolicy", SECRET, EVERYBODY],
    [
      "budgets:ModifyBudget",
      "budgets::ACCOUNT:budget/shop-prod-monthly",
      ["deploy_dev", "deploy_dr", "deploy_traffic"],
    ],
    [
      "cloudwatch:DeleteDashboards",
      "cloudwatch::ACCOUNT:dashboard/shop-prod",
      ["deploy_dev", "deploy_dr", "deploy_traffic"],
    ],
    ["cloudwatch:PutMetricData", "*", EVERYBODY],
    [
      "ssm:PutParameter",
      "ssm:eu-west-1:ACCOUNT:parameter/shop/prod/database",
      ["deploy_dev", "deploy_dr", "deploy_traffic"],
    ],
    ["ssm:DeleteParameter", "ssm:eu-west-1:ACCOUNT:parameter/payroll/key", EVERYBODY],
    ["ssm:SendCommand", "ec2:eu-west-1:ACCOUNT:instance/i-0123456789abcdef0", EVERYBODY],
    ["ec2:CreateTags", INTERFACE, EVERYBODY],
    ["ec2:DetachNetworkInterface", INTERFACE, EVERYBODY],
    ["ec2:DeleteNetworkInterface", INTERFACE, EVERYBODY],
    [
      "backup:PutBackupVaultLockConfiguration",
      VAULT,
      EVERYBODY,
      { "backup:ChangeableForDays": "3", "backup:MinRetentionDays": "7", "backup:MaxRetentionDays": "365" },
    ],
  ])("%s on %s", async (action, resource, refused, context = {}) => {
    const allowed = await Promise.all(
      EVERYBODY.map(async (role) => ((await mayAtMost(role, action, arn(resource), context)) ? [role] : [])),
    );
    expect(allowed.flat()).toEqual(EVERYBODY.filter((role) => !refused.includes(role)));
  });
});

describe("a deployment still does its own work:", () => {
  it.each<Own>([
    ["deploy_dev", "wafv2:AssociateWebACL", DEV_BALANCER],
    ["deploy_dev", "wafv2:AssociateWebACL", "wafv2:eu-west-1:ACCOUNT:regional/webacl/shared/1a2b"],
    ["deploy_dev", "kms:CreateAlias", "kms:eu-west-1:ACCOUNT:alias/shop-dev-data"],
    ["deploy_dev", "budgets:ModifyBudget", "budgets::ACCOUNT:budget/shop-dev-monthly"],
    ["deploy_dev", "cloudwatch:PutDashboard", "cloudwatch::ACCOUNT:dashboard/shop-dev"],
    ["deploy_dev", "ssm:PutParameter", "ssm:eu-west-1:ACCOUNT:parameter/shop/dev/database"],
    ["deploy_dev", "ssm:DeleteParameter", "ssm:eu-west-1:ACCOUNT:parameter/shop/dev/database"],
    ["deploy_dr", "ssm:PutParameter", "ssm:eu-central-1:ACCOUNT:parameter/shop/dr-drill/database"],
    ["deploy_dr", "cloudwatch:PutDashboard", "cloudwatch::ACCOUNT:dashboard/shop-dr-drill"],
    ["deploy_dev", "ec2:CreateTags", INTERFACE, { "ec2:CreateAction": "RunInstances" }],
    [
      "deploy_dr",
      "backup:PutBackupVaultLockConfiguration",
      VAULT,
      { "backup:MinRetentionDays": "7", "backup:MaxRetentionDays": "365" },
    ],
    [
      "deploy_dr",
      "rds:StopDBInstanceAutomatedBackupsReplication",
      "rds:eu-west-1:ACCOUNT:db:shop-prod-database",
      ofProd,
    ],
    [
      "deploy_dr",
      "sns:Publish",
      "sns:eu-central-1:ACCOUNT:shop-dr-alerts",
      { "aws:ResourceTag/Environment": "dr" },
    ],
    ["deploy_traffic", "route53:UpdateHealthCheck", HEALTH_CHECK],
    ["deploy_traffic", "route53:ChangeTagsForResource", HEALTH_CHECK],
  ])("%s may %s on %s", async (role, action, resource, context = {}) => {
    expect(await mayAtMost(role, action, arn(resource), context)).toBe(true);
  });

  it("the traffic's records are those of its name in its zone", async () => {
    const change = (zone: string, ...names: string[]) =>
      mayAtMost("deploy_traffic", "route53:ChangeResourceRecordSets", arn(zone), {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": names,
      });
    const name = TRAFFIC.recordName;
    expect(await change(ZONE, name)).toBe(true);
    expect(await change(ZONE, name, "mail.example.com")).toBe(false);
    expect(await change("route53:::hostedzone/ZOTHER123456", name)).toBe(false);
  });

  it("a lock for ever is made as the file says, and not otherwise", async () => {
    const lock = { mode: "compliance", minRetentionDays: 7, maxRetentionDays: 90, coolingOffDays: 10 };
    const final = workflowAccess(
      synthesizeBootstrap(merge(changes, { dr: { database: { recovery: { vault: { lock } } } } })),
    );
    const put = (min: number, max: number) =>
      final.mayAtMost("deploy_dr", "backup:PutBackupVaultLockConfiguration", arn(VAULT), {
        "backup:ChangeableForDays": "10",
        "backup:MinRetentionDays": String(min),
        "backup:MaxRetentionDays": String(max),
      });
    expect([await put(7, 90), await put(60, 90), await put(7, 8)]).toEqual([true, false, false]);
  });
});

describe("a role that was given every right is held back from", () => {
  it.each([
    ["route53:ChangeResourceRecordSets", ZONE],
    ["route53:UpdateHealthCheck", HEALTH_CHECK],
    ["route53domains:TransferDomainToAnotherAwsAccount", "*"],
    ["wafv2:AssociateWebACL", PROD_BALANCER],
    ["elasticloadbalancing:SetWebACL", "*"],
    ["backup:StopBackupJob", "*"],
    ["backup:UpdateRegionSettings", "*"],
    ["backup:PutBackupVaultLockConfiguration", VAULT],
    ["ecr:PutReplicationConfiguration", "*"],
    ["kms:UpdateAlias", ALIAS],
    ["secretsmanager:PutResourcePolicy", SECRET],
    ["states:UpdateStateMachine", "states:eu-west-1:ACCOUNT:stateMachine:billing"],
    ["batch:SubmitJob", "batch:eu-west-1:ACCOUNT:job-queue/night"],
    ["apprunner:UpdateService", "apprunner:eu-west-1:ACCOUNT:service/billing/1a2b"],
    ["scheduler:UpdateSchedule", "scheduler:eu-west-1:ACCOUNT:schedule/default/night"],
    ["lambda:PutFunctionConcurrency", "lambda:eu-west-1:ACCOUNT:function:billing"],
    ["sso:CreatePermissionSet", "sso:::instance/ssoins-1a2b3c4d5e6f7a8b"],
    ["identitystore:CreateUser", `identitystore::ACCOUNT:identitystore/d-1234567890`],
    ["cloudtrail:StopLogging", "cloudtrail:eu-west-1:ACCOUNT:trail/all"],
    ["config:StopConfigurationRecorder", "*"],
    ["guardduty:DeleteDetector", "guardduty:eu-west-1:ACCOUNT:detector/1a2b"],
    ["ram:CreateResourceShare", "*"],
    ["imagebuilder:StartImagePipelineExecution", "imagebuilder:eu-west-1:ACCOUNT:image-pipeline/base"],
  ])("%s", async (action, resource) => {
    expect(await taskMay(action, arn(resource))).toBe(false);
  });

  it("none of what an application asks of others' functions and zones", async () => {
    expect(await taskMay("lambda:InvokeFunction", arn("lambda:eu-west-1:ACCOUNT:function:billing"))).toBe(
      true,
    );
    expect(await taskMay("route53:ListHostedZones", "*")).toBe(true);
  });
});
