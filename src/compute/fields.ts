import { z } from "zod";
import { pattern, section } from "../config/fields.ts";

/** What may be wrong at a path of a section; undefined when all is well there. */
export type Verdict = readonly [path: readonly string[], message: string | undefined];

/** An image of the environment's own repository: by digest, or by a tag that is never moved (T5). */
const imageSchema = z
  .union(
    [
      section({
        digest: pattern(/^sha256:[0-9a-f]{64}$/, "sha256: and 64 hexadecimal digits").describe(
          "digest of the image",
        ),
      }),
      section({
        tag: pattern(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "an image tag such as 1.4.2")
          .refine((tag) => tag !== "latest", {
            error: '"latest" names another image tomorrow; name an immutable tag such as 1.4.2, or a digest',
          })
          .describe("immutable tag of the image"),
      }),
    ],
    { error: 'expected an image; write { tag: "1.4.2" } or { digest: "sha256:..." }' },
  )
  .describe("image in the environment's own repository, by digest or immutable tag");

const port = () => z.int().min(1).max(65535).default(8080).describe("TCP port that the container listens on");

/** The project tells the application where its database is, whichever platform it runs on (T6). */
const isReserved = (name: string): boolean => name.startsWith("DATABASE_") || name === "AWS_REGION";

const environment = () =>
  z
    .record(
      pattern(/^[A-Z][A-Z0-9_]*$/, "an environment variable in capitals").refine(
        (name) => !isReserved(name),
        { error: "AWS_REGION and names that start with DATABASE_ are set by the project; choose another" },
      ),
      z.string(),
    )
    .default({});

/** What runs, the same on every platform. */
export const containerSchema = section({
  image: imageSchema,
  port: port(),
  user: pattern(/^[1-9]\d*(:[1-9]\d*)?$/, "a numeric user (and group) other than root, such as 10001:10001")
    .default("10001:10001")
    .describe("numeric user and group of the process; root is refused"),
  environment: environment().describe("environment variables; secrets do not belong here"),
  healthCommand: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      "command that exits with 0 when the container is healthy; without it the load balancer decides",
    ),
  writablePaths: z
    .array(pattern(/^\/\S+$/, "an absolute path"))
    .refine((paths) => new Set(paths).size === paths.length, {
      error: "a path is named twice; name each once",
    })
    .default(["/tmp"])
    .describe("paths that get an empty file system in memory; the rest of the file system is read-only"),
  writableMiB: z
    .int()
    .min(1)
    .max(16_384)
    .default(64)
    .describe("size of each writable path in MiB; what is written counts as memory of the task"),
}).describe("the container of the service");

/** What a standby says of its container; the rest is the primary's. */
export const standbyContainerSchema = section({
  port: port(),
  environment: environment().describe("environment variables that differ from the primary's"),
}).describe("the container of the service; all that is not named here is the primary's");

/** Validated container settings of a standby. */
export type StandbyContainerConfig = z.output<typeof standbyContainerSchema>;

/** Validated container settings. */
export type ContainerConfig = z.output<typeof containerSchema>;

/** Target tracking between two counts; while it is on, `desiredCount` is where a deployment starts. */
export const autoscalingSchema = section({
  minCount: z.int().min(1).max(1000).describe("fewest tasks or nodes"),
  maxCount: z.int().min(1).max(1000).describe("most tasks or nodes"),
  cpuTargetPercent: z.int().min(10).max(90).default(60).describe("mean CPU use to hold, in percent"),
})
  .refine((range) => range.minCount <= range.maxCount, {
    path: ["minCount"],
    error: "minCount is above maxCount; lower it",
  })
  .describe("target tracking on CPU");

/** Validated autoscaling settings. */
export type AutoscalingConfig = z.output<typeof autoscalingSchema>;
