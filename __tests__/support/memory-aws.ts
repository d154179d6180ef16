import type { Aws, Dns, RegionalAws } from "../../src/aws/port.ts";
import { AwsFailure, type FailureKind } from "../../src/aws/failure.ts";
import { toolchain } from "../../src/toolchain/toolchain.ts";
import { MemoryDatabases } from "./memory-databases.ts";
import { MemoryObjects } from "./memory-objects.ts";
import { loadBalancer, MemoryService } from "./memory-service.ts";

export const NOW = new Date("2026-03-10T12:00:00Z");
export const ACCOUNT = "111122223333";
const DIGEST = `sha256:${"a".repeat(64)}`;
export const KEYS = `arn:aws:kms:eu-central-1:${ACCOUNT}:key`;

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const ago = (milliseconds: number): Date => new Date(NOW.getTime() - milliseconds);

/** Answers that differ from those of a healthy pair. */
export interface Answers {
  readonly standby?: Partial<RegionalAws>;
  readonly primary?: Partial<RegionalAws>;
  readonly dns?: Partial<Dns>;
  readonly objects?: MemoryObjects;
}

export const point = {
  arn: `arn:aws:rds:eu-central-1:${ACCOUNT}:snapshot:awsbackup:copyjob-1`,
  resourceArn: `arn:aws:rds:eu-west-1:${ACCOUNT}:db:shop-prod-database`,
  status: "COMPLETED",
  statusMessage: undefined,
  createdAt: ago(5 * HOUR_MS),
  expiresAt: new Date(NOW.getTime() + 30 * DAY_MS),
  encrypted: true,
  keyArn: `${KEYS}/shop-dr-data`,
};

export const snapshot = {
  arn: point.arn,
  instanceIdentifier: "shop-prod-database",
  status: "available",
  engine: "postgres",
  engineVersion: "17.4",
  storageGiB: 120,
  encrypted: true,
  keyArn: point.keyArn,
  createdAt: point.createdAt,
};

export const copyJob = {
  id: "copy-1",
  state: "COMPLETED",
  createdAt: ago(6 * HOUR_MS),
  completedAt: ago(5 * HOUR_MS),
  message: undefined,
  resourceArn: point.resourceArn,
};

export const replicatedBackup = {
  arn: `arn:aws:rds:eu-central-1:${ACCOUNT}:auto-backup:ab-1`,
  status: "replicating",
  engineVersion: "17.4",
  keyArn: point.keyArn,
  storageGiB: 120,
  retentionDays: 14,
  restorableFrom: ago(DAY_MS),
  restorableUntil: ago(10 * 60_000),
};

export const certificate = {
  status: "ISSUED",
  names: ["shop.example.com", "*.shop.example.com"],
  expiresAt: new Date(NOW.getTime() + 200 * DAY_MS),
  renewable: true,
  renewalProblem: undefined,
};

export const deciding = {
  disabled: false,
  inverted: true,
  fqdn: "shop-traffic-switch-111122223333-eu-central-1.s3.eu-central-1.amazonaws.com",
  path: "/serve-from-standby",
  // The object is absent: every checker fails, and the inverted verdict is healthy.
  succeeding: 0,
  reporting: 16,
};

export const records = (["primary", "secondary"] as const).map((role) => ({
  type: "A",
  role,
  healthCheckId: role === "primary" ? "check-1" : undefined,
  target: role === "primary" ? "shop-prod-alb-1.eu-west-1.elb.amazonaws.com" : loadBalancer.dnsName,
  evaluatesTargetHealth: false,
}));

/** A Terraform state as its bucket holds it. */
export const terraformState = (serial: number, outputs: Readonly<Record<string, string>> = {}) => ({
  version: 4,
  terraform_version: toolchain().terraform,
  serial,
  lineage: "3f8d0d1c-lineage",
  outputs: Object.fromEntries(
    Object.entries({ provider_version: toolchain().provider, ...outputs }).map(([name, value]) => [
      name,
      { value, type: "string" },
    ]),
  ),
  resources: [{ mode: "managed" }, { mode: "managed" }],
});

export const STANDBY_BUCKET = `shop-tfstate-${ACCOUNT}-eu-central-1`;
export const PRIMARY_BUCKET = `shop-tfstate-${ACCOUNT}-eu-west-1`;
export const SWITCH_BUCKET = `shop-traffic-switch-${ACCOUNT}-eu-central-1`;

/** The buckets of a pair that was applied, with replicated state and a drill some days ago. */
export function healthyObjects(): MemoryObjects {
  const originals = {
    "shop/bootstrap/terraform.tfstate": terraformState(3),
    "shop/prod/terraform.tfstate": terraformState(21, { database_identifier: "shop-prod-database" }),
  };
  const started = { event: "run-started", id: "1", runId: "r1", seq: 0, at: ago(3 * DAY_MS).toISOString() };
  const drill = [
    {
      ...started,
      verb: "drill",
      environment: "dr",
      operator: "on-call",
      host: "laptop",
      reason: "the quarterly drill",
      declaredAt: started.at,
    },
    {
      event: "recovery-point-chosen",
      id: "2",
      runId: "r1",
      seq: 1,
      at: started.at,
      arn: point.arn,
      createdAt: ago(3 * DAY_MS + 4 * HOUR_MS).toISOString(),
    },
    { event: "step-started", id: "3", runId: "r1", seq: 2, at: started.at, step: "validate" },
    {
      event: "step-done",
      id: "4",
      runId: "r1",
      seq: 3,
      at: ago(3 * DAY_MS - 2 * HOUR_MS).toISOString(),
      step: "validate",
      evidence: "answers 200",
    },
    {
      event: "run-ended",
      id: "5",
      runId: "r1",
      seq: 4,
      at: ago(3 * DAY_MS - 2 * HOUR_MS).toISOString(),
      outcome: "done",
      evidence: "nothing is left",
    },
  ];
  return new MemoryObjects(() => NOW)
    .put(STANDBY_BUCKET, {
      ...originals,
      "shop/dr/terraform.tfstate": terraformState(7, { database_identifier: "shop-dr-database" }),
      "shop/dr/recovery/runs/r1.jsonl": drill.map((entry) => `${JSON.stringify(entry)}\n`).join(""),
    })
    .put(PRIMARY_BUCKET, originals)
    .put(SWITCH_BUCKET, {});
}

/** An AWS in which all is well for `dr` recovering `prod`, but for the answers that a test gives. */
export function memoryAws({ standby, primary, dns, objects = healthyObjects() }: Answers = {}): Aws {
  const regions = new Map([
    ["eu-central-1", { ...healthyRegion("eu-central-1", objects), ...standby }],
    ["eu-west-1", { ...healthyRegion("eu-west-1", objects), ...primary }],
  ]);
  return {
    in(region) {
      const found = regions.get(region);
      if (found === undefined) throw new Error(`nobody should ask ${region}`);
      return found;
    },
    dns: {
      failoverRecords: async () => records,
      healthCheck: async () => deciding,
      hostedZone: async () => ({ name: "example.com", isPrivate: false }),
      simpleRecords: async () => [],
      ...dns,
    },
  };
}

/** Replaces every question of a region by one that gets no answer. */
export function silentRegion(region: string, kind: FailureKind): RegionalAws {
  const questions = Object.keys(healthyRegion(region, new MemoryObjects())).filter(
    (name) => name !== "region",
  );
  const refuse = async (): Promise<never> => {
    throw new AwsFailure(kind, "service:Question", region, `the test says ${kind}`);
  };
  return {
    ...healthyRegion(region, new MemoryObjects()),
    ...Object.fromEntries(questions.map((name) => [name, refuse])),
  };
}

function healthyRegion(region: string, objects: MemoryObjects): RegionalAws {
  const isStandby = region === "eu-central-1";
  return {
    region,
    resourcesNamed: async () => [],
    removeLogGroup: async () => undefined,
    taggedIds: async () => [],
    securityGroupRules: async () => [],
    targetGroupArns: async () => [],
    listenerArns: async () => [],
    backupPlanIds: async () => [],
    backupSelectionIds: async () => [],
    podIdentityIds: async () => [],
    taskDefinitionArns: async () => [],
    ...new MemoryService({ prefix: isStandby ? "shop-dr" : "shop-prod", isOpen: !isStandby }).questions(),
    ...objects.questions(region),
    ...new MemoryDatabases(region)
      .put(isStandby ? "shop-dr-database" : "shop-prod-database", {
        keyArn: `${KEYS}/${isStandby ? "shop-dr-data" : "shop-prod-data"}`,
      })
      .questions(),
    caller: async () => ({
      accountId: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/break-glass/on-call`,
      awsTime: NOW,
      localTime: NOW,
      expiresAt: undefined,
    }),
    recoveryPoints: async () => [point],
    backupJobs: async () => [],
    copyJobs: async () => [copyJob],
    snapshot: async () => snapshot,
    snapshotsOf: async () => [{ ...snapshot, arn: `arn:aws:rds:${region}:${ACCOUNT}:snapshot:by-hand` }],
    replicatedBackup: async () => replicatedBackup,
    key: async (id) => ({
      arn: `${KEYS}/${id.replace("alias/", "")}`,
      state: "Enabled",
      deletedAt: undefined,
    }),
    offeredVersions: async () => [
      { engineVersion: "16.8", multiAz: true },
      { engineVersion: "17.4", multiAz: true },
    ],
    taggedImages: async () => [],
    image: async () => ({ digest: DIGEST, tags: ["1.0.0"], pushedAt: ago(DAY_MS) }),
    replicationRules: async () => [
      { prefixes: ["shop-prod"], destinations: [{ region: "eu-central-1", accountId: ACCOUNT }] },
    ],
    service: async () => ({
      status: "ACTIVE",
      desiredCount: isStandby ? 0 : 3,
      runningCount: isStandby ? 0 : 3,
      images: isStandby
        ? []
        : [
            {
              container: "app",
              image: `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/shop-prod:1.0.0`,
              digest: DIGEST,
            },
          ],
    }),
    nodeGroup: async () => ({
      clusterStatus: "ACTIVE",
      status: "ACTIVE",
      desiredCount: isStandby ? 0 : 3,
      groups: ["eks-nodes"],
      problems: [],
    }),
    instanceGroup: async () => ({
      desiredCount: isStandby ? 0 : 3,
      inServiceCount: isStandby ? 0 : 3,
    }),
    certificate: async () => certificate,
    loadBalancer: async () => loadBalancer,
    targets: async () => [{ id: "10.30.0.5", state: "healthy", reason: undefined }],
    publish: async () => undefined,
    secret: async () => undefined,
    subscriptions: async () => [{ protocol: "email", endpoint: "oncall@example.com", confirmed: true }],
    databaseInstances: async () => ({ used: 1, quota: 40 }),
    databaseStorageGiB: async () => ({ used: 100, quota: 100_000 }),
    instanceVcpus: async () => ({ used: 0, quota: 64 }),
    fargateVcpus: async () => ({ used: 0, quota: 100 }),
    elasticIps: async () => ({ used: 1, quota: 5 }),
  };
}
