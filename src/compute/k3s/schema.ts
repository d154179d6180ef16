import { z } from "zod";
import { section } from "../../config/fields.ts";
import { containerSchema, standbyContainerSchema, type Verdict } from "../fields.ts";
import {
  amiId,
  type Architecture,
  ARCHITECTURES,
  boundsProblem,
  instanceType,
  instanceTypeProblem,
  volumeGiB,
} from "../instances/fields.ts";
import { nodePort } from "../nodes/fields.ts";

/** What two of four servers can't decide, two of three can: the fourth only adds one that may fail. */
const serverCount = z
  .int()
  .min(1)
  .max(7)
  .default(3)
  .superRefine((count, context) => {
    if (count % 2 === 1) return;
    const message = `is even, and survives the loss of no more servers than ${count - 1}, got ${count}; choose ${count - 1} or ${count + 1}`;
    context.addIssue({ code: "custom", message, input: count });
  })
  .meta({ form: "an odd whole number 1 to 7" })
  .describe("servers of the control plane, each a member of etcd; 0 in a standby");

const serversSchema = section({
  instanceType: instanceType().describe("type of the servers"),
  count: serverCount,
  volumeGiB: volumeGiB(),
}).describe("the control plane: API server and embedded etcd; the service does not run here");

const workersSchema = section({
  instanceType: instanceType().describe("type of the workers"),
  minCount: z.int().min(1).max(450).describe("fewest workers; 0 in a standby"),
  maxCount: z.int().min(1).max(450).describe("most workers; 0 in a standby"),
  cpuTargetPercent: z
    .int()
    .min(10)
    .max(90)
    .default(60)
    .describe("mean CPU use that the number of workers follows between the two, in percent"),
  volumeGiB: volumeGiB(),
}).describe("what the service runs on");

const snapshotsSchema = section({
  intervalMinutes: z
    .int()
    .min(5)
    .max(1440)
    .default(60)
    .describe("minutes between two snapshots of the cluster's state"),
  retentionDays: z.int().min(1).max(365).default(30).describe("days that a snapshot is kept"),
  replicated: z
    .boolean()
    .default(false)
    .describe(
      "copy snapshots to the other region of the pair, in both directions; S3 takes it once both environments have been applied without",
    ),
  forceDestroy: z
    .boolean()
    .default(false)
    .describe("let Terraform delete the bucket with the snapshots in it"),
})
  .prefault({})
  .describe("snapshots of the cluster's state in S3; what is restored when all servers are gone");

const platform = () =>
  z.literal("k3s").describe("Kubernetes on instances of one's own, by the k3s distribution");

/** The service on a k3s cluster. */
export const k3sSchema = section({
  platform: platform(),
  amiId: amiId().describe(
    "AMI of the environment's region with k3s in it, as docs/platforms.md says; a change replaces servers and workers one by one",
  ),
  architecture: z
    .enum(ARCHITECTURES)
    .default("x86_64")
    .describe("processor architecture of the AMI and of the image"),
  servers: serversSchema,
  workers: workersSchema,
  snapshots: snapshotsSchema,
  nodePort: nodePort(),
  replicas: z.int().min(1).max(1000).default(2).describe("pods of the service"),
  cpuMillicores: z
    .int()
    .min(10)
    .max(192_000)
    .default(500)
    .describe("CPU that a pod asks for; 1000 are one vCPU"),
  memoryMiB: z.int().min(64).max(1_048_576).default(1024).describe("memory of a pod in MiB"),
  container: containerSchema,
})
  .superRefine((k3s, context) => {
    for (const [path, message] of problems(k3s)) {
      if (message !== undefined) context.addIssue({ code: "custom", path: [...path], message });
    }
  })
  .describe("the service on a k3s cluster");

interface Checked {
  readonly architecture: Architecture;
  readonly servers: z.output<typeof serversSchema>;
  readonly workers: z.output<typeof workersSchema>;
}

function problems({ architecture, servers, workers }: Checked): readonly Verdict[] {
  return [
    [["servers", "instanceType"], instanceTypeProblem(servers.instanceType, architecture)],
    [["workers", "instanceType"], instanceTypeProblem(workers.instanceType, architecture)],
    [["workers", "minCount"], boundsProblem(workers.minCount, workers.maxCount)],
  ];
}

/** The service of a standby on a k3s cluster; all that is not named here is the primary's. */
export const standbyK3sSchema = section({
  platform: platform(),
  amiId: amiId().describe("AMI of the standby's region: a copy of the primary's"),
  desiredCount: z
    .literal(0)
    .default(0)
    .describe("a standby runs neither server nor worker; its activation gives it the primary's counts"),
  container: standbyContainerSchema.prefault({}),
}).describe("the service on a k3s cluster; all that is not named here is the primary's");

/** Validated k3s settings. */
export type K3sConfig = z.output<typeof k3sSchema>;
/** Validated k3s settings of a standby. */
export type StandbyK3sConfig = z.output<typeof standbyK3sSchema>;
