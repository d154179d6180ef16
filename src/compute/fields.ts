import { z } from "zod";
import { pattern, section, text } from "../config/fields.ts";

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

/** How the application finds its database, whichever platform it runs on (T6). */
export const SET_BY_PROJECT: ReadonlySet<string> = new Set([
  "AWS_REGION",
  "DATABASE_CREDENTIALS_FILE",
  "DATABASE_HOST",
  "DATABASE_NAME",
  "DATABASE_PARAMETER",
  "DATABASE_PORT",
  "DATABASE_SECRET_ARN",
  "DATABASE_SSLMODE",
]);

/**
 * Room for variables and the health command in a task definition, which has 64 KiB with everything else in it.
 *
 * Source: Amazon ECS, "Service quotas", task definition size.
 */
const LARGEST_ENVIRONMENT_KIB = 56;

/** Says why variables don't fit into a task definition; undefined when they do. */
export function environmentProblem(environment: Readonly<Record<string, string>>): string | undefined {
  const size = Buffer.byteLength(
    JSON.stringify(Object.entries(environment).map(([name, value]) => ({ name, value }))),
  );
  if (size <= LARGEST_ENVIRONMENT_KIB * 1024) return undefined;
  return `is larger than ${LARGEST_ENVIRONMENT_KIB} KiB, got ${Math.ceil(size / 1024)} KiB; keep such values in a file of the image or in S3`;
}

const environment = () =>
  z
    .record(
      pattern(
        /^[A-Za-z_.-][A-Za-z0-9_.-]*$/,
        "an environment variable of letters, digits, underscores, dots and hyphens",
      ).refine((name) => !SET_BY_PROJECT.has(name), {
        error: "is set by the project; choose another name",
      }),
      text(),
    )
    .superRefine((variables, context) => {
      const message = environmentProblem(variables);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .default({});

/** Docker's words for how a command is run; here it is the program and its arguments (T61). */
const DOCKER_WORDS = new Set(["CMD", "CMD-SHELL", "NONE"]);

const healthCommand = z
  .array(text().min(1))
  .min(1)
  .superRefine(([program = "", ...args], context) => {
    const wrong = DOCKER_WORDS.has(program)
      ? `begins with Docker's ${program}`
      : args.length === 0 && /\s/.test(program.trim())
        ? "is one word with blanks in it, which names no program"
        : undefined;
    if (wrong === undefined) return;
    const message = `${wrong}, got ${JSON.stringify(program)}; write the program and its arguments, such as ["curl", "-f", "http://localhost:8080/health"], or ["sh", "-c", "..."] for a shell's line (T61)`;
    context.addIssue({ code: "custom", path: [0], message });
  });

/** What Linux mounts itself, or what is the rest of the file system. */
const SYSTEM_PATH = /^\/(proc|sys|dev)(\/|$)/;

const writablePaths = z
  .array(
    pattern(
      /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/,
      "an absolute path of letters, digits, dots, underscores and hyphens, without a slash at its end, such as /var/cache/app",
    ).refine((path) => !SYSTEM_PATH.test(path), {
      error: "is the kernel's, and can't be replaced; choose a path of the application's",
    }),
  )
  .superRefine((paths, context) => {
    for (const [index, path] of paths.entries()) {
      const other = paths.find((one, place) => place !== index && `${path}/`.startsWith(`${one}/`));
      if (other === undefined || (other === path && paths.indexOf(path) === index)) continue;
      const message =
        other === path
          ? `is named twice, got ${path} again; name each path once`
          : `is below ${other}, got ${path}; name one of the two`;
      context.addIssue({ code: "custom", path: [index], message });
    }
  });

/** What runs, the same on every platform. */
export const containerSchema = section({
  image: imageSchema,
  port: port(),
  user: pattern(/^[1-9]\d*(:[1-9]\d*)?$/, "a numeric user (and group) other than root, such as 10001:10001")
    .default("10001:10001")
    .describe("numeric user and group of the process; root is refused"),
  environment: environment().describe("environment variables; secrets do not belong here"),
  healthCommand: healthCommand
    .optional()
    .describe(
      "command that exits with 0 when the container is healthy; without it the load balancer decides",
    ),
  writablePaths: writablePaths
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
