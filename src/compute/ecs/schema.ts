import { z } from "zod";
import { logRetentionDays, section } from "../../config/fields.ts";
import { amiId, type Architecture, ARCHITECTURES } from "../instances/fields.ts";
import { ec2CapacitySchema, ec2Problems } from "./ec2/schema.ts";
import {
  type AutoscalingConfig,
  autoscalingSchema,
  type ContainerConfig,
  containerSchema,
  standbyContainerSchema,
  type Verdict,
} from "../fields.ts";

const GIB = 1024;

/** Memory in MiB that Fargate allows for each CPU size: from, to, step. Source: Amazon ECS, "Task size". */
const FARGATE_MEMORY = new Map<number, readonly [fromMiB: number, toMiB: number, stepMiB: number]>([
  [256, [512, 2 * GIB, 512]],
  [512, [GIB, 4 * GIB, GIB]],
  [1024, [2 * GIB, 8 * GIB, GIB]],
  [2048, [4 * GIB, 16 * GIB, GIB]],
  [4096, [8 * GIB, 30 * GIB, GIB]],
  [8192, [16 * GIB, 60 * GIB, 4 * GIB]],
  [16384, [32 * GIB, 120 * GIB, 8 * GIB]],
]);

/** Says why Fargate refuses a CPU and memory size, and what it would take; undefined when it fits. */
export function fargateSizeProblem(cpu: number, memoryMiB: number): string | undefined {
  const range = FARGATE_MEMORY.get(cpu);
  if (range === undefined)
    return `Fargate does not offer ${cpu} CPU units; choose ${[...FARGATE_MEMORY.keys()].join(", ")}`;
  const [fromMiB, toMiB, stepMiB] = range;
  // 256 CPU units take 512, 1024 and 2048 MiB, but not 1536.
  const fits = memoryMiB >= fromMiB && memoryMiB <= toMiB && memoryMiB % stepMiB === 0 && memoryMiB !== 1536;
  if (fits) return undefined;
  const allowed = cpu === 256 ? "512, 1024 or 2048" : `${fromMiB} to ${toMiB} in steps of ${stepMiB}`;
  return `Fargate does not offer ${memoryMiB} MiB with ${cpu} CPU units; choose ${allowed}`;
}

/** A count outside the range would be moved into it at once, and the file would say something untrue. */
function countProblem(desiredCount: number, range: AutoscalingConfig | undefined): string | undefined {
  if (range === undefined) return undefined;
  const { minCount, maxCount } = range;
  if (desiredCount >= minCount && desiredCount <= maxCount) return undefined;
  return `is outside the autoscaling range, got ${desiredCount}; choose ${minCount} to ${maxCount}, or change compute.autoscaling`;
}

/** Whatever a task writes there is missing in its heap: a full path must not get it killed. */
function scratchProblem(
  { writablePaths, writableMiB }: ContainerConfig,
  memoryMiB: number,
): string | undefined {
  const scratchMiB = writablePaths.length * writableMiB;
  if (scratchMiB * 2 <= memoryMiB) return undefined;
  return `writable paths could take more than half of the memory, got ${scratchMiB} of ${memoryMiB} MiB; lower it, or raise compute.memoryMiB`;
}

const capacitySchema = z
  .discriminatedUnion("mode", [
    section({ mode: z.literal("fargate").describe("on-demand Fargate") }),
    section({
      mode: z.literal("fargate-spot").describe("interruptible Fargate on top of an on-demand base"),
      onDemandBase: z.int().min(0).max(100).default(0).describe("tasks that always run on demand"),
    }),
    ec2CapacitySchema,
  ])
  .default({ mode: "fargate" })
  .describe("what the tasks run on");

interface Sized {
  readonly capacity: z.output<typeof capacitySchema>;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly architecture: Architecture;
}

/** Fargate sells sizes; on instances of one's own a task may have any that fits. */
function capacityProblems({ capacity, cpu, memoryMiB, architecture }: Sized): readonly Verdict[] {
  if (capacity.mode === "ec2") {
    return ec2Problems(capacity, architecture).map(([path, message]) => [["capacity", ...path], message]);
  }
  const key = FARGATE_MEMORY.has(cpu) ? "memoryMiB" : "cpu";
  return [[[key], fargateSizeProblem(cpu, memoryMiB)]];
}

const platform = () => z.literal("ecs").describe("Amazon ECS");
const retention = () => logRetentionDays().default(30).describe("days that the service's logs are kept");
const insights = (on: boolean) => z.boolean().default(on).describe("collect task metrics");

/** The service on Amazon ECS. */
export const ecsSchema = section({
  platform: platform(),
  capacity: capacitySchema,
  desiredCount: z.int().min(0).max(1000).default(2).describe("tasks to run; 0 in a standby"),
  cpu: z
    .int()
    .min(128)
    .max(196_608)
    .default(512)
    .describe(
      "CPU units of a task; 1024 are one vCPU; Fargate offers 256, 512, 1024, 2048, 4096, 8192 and 16384",
    ),
  memoryMiB: z
    .int()
    .min(512)
    .max(1_048_576)
    .default(1024)
    .describe("memory of a task in MiB; Fargate offers certain sizes per CPU size"),
  architecture: z.enum(ARCHITECTURES).default("x86_64").describe("processor architecture of the image"),
  container: containerSchema,
  autoscaling: autoscalingSchema.optional(),
  healthCheckGraceSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(60)
    .describe("seconds after its start in which a task is not stopped for failing health checks"),
  exec: z.boolean().default(false).describe("allow ECS Exec into running tasks; refused in production"),
  containerInsights: insights(true),
  logRetentionDays: retention(),
})
  .superRefine((ecs, context) => {
    const verdicts: readonly Verdict[] = [
      ...capacityProblems(ecs),
      [["desiredCount"], countProblem(ecs.desiredCount, ecs.autoscaling)],
      [["container", "writableMiB"], scratchProblem(ecs.container, ecs.memoryMiB)],
    ];
    for (const [path, message] of verdicts) {
      if (message !== undefined) context.addIssue({ code: "custom", path: [...path], message });
    }
  })
  .describe("the service on Amazon ECS");

/**
 * The service of a standby on Amazon ECS; all that is not named here is the primary's.
 *
 * ECS Exec is too: it is a permission, and an activation must not need IAM (T36).
 */
export const standbyEcsSchema = section({
  platform: platform(),
  desiredCount: z
    .literal(0)
    .default(0)
    .describe("a standby runs no task; its activation gives it the primary's count"),
  amiId: amiId()
    .optional()
    .describe("AMI of the standby's region; needed where the primary names its own by id"),
  container: standbyContainerSchema.prefault({}),
  containerInsights: insights(false),
  logRetentionDays: retention(),
}).describe("the service on Amazon ECS; all that is not named here is the primary's");

/** Validated ECS settings. */
export type EcsConfig = z.output<typeof ecsSchema>;
/** Validated ECS settings of a standby. */
export type StandbyEcsConfig = z.output<typeof standbyEcsSchema>;
