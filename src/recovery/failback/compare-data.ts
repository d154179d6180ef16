import { spawn } from "node:child_process";
import process from "node:process";
import { identifierOf } from "../../database/source.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import { formatTime } from "../time.ts";
import { fencedAt } from "./writes.ts";

/** Clocks of AWS and of the journal differ by less. */
const TOLERANCE_MS = 60_000;

const STATE = "the primary's database is restored and closed; the standby's is fenced, and has everything";

/**
 * Compares what can be seen from outside: engine, size, key, and that the data is younger than the last write.
 *
 * What is in the tables nobody can see from here. A command of the project's own may, in a network that reaches both.
 */
export async function compareData(context: RecoveryContext, command: string | undefined): Promise<string> {
  const { standby, primary } = await context.subject();
  const [from, to] = [
    identifierOf(standby.names, standby.recoveryPoint),
    identifierOf(primary.names, primary.recoveryPoint),
  ];
  const [source, copy] = await Promise.all([context.standby.database(from), context.primary.database(to)]);
  if (source === undefined || copy === undefined)
    throw new StepFailed(`there is no database ${source === undefined ? from : to} to compare`, STATE, [
      "npm run dr -- status",
    ]);
  const { recoveryPoint, ...run } = context.run();
  const takenAt = recoveryPoint?.createdAt;
  const fenced = fencedAt({ ...run, recoveryPoint });
  const key = await context.primary.key(`alias/${primary.names.of("data")}`);
  const differences = [
    ...(copy.status === "available" ? [] : [`${to} is ${copy.status}`]),
    ...(majorOf(copy.engineVersion) === majorOf(source.engineVersion)
      ? []
      : [`${to} runs PostgreSQL ${copy.engineVersion}, ${from} ${source.engineVersion}`]),
    ...(copy.storageGiB >= source.storageGiB
      ? []
      : [`${to} has ${copy.storageGiB} GiB, ${from} ${source.storageGiB} GiB`]),
    ...(copy.keyArn === key?.arn ? [] : [`${to} is encrypted with ${copy.keyArn ?? "no key"}`]),
    ...(takenAt === undefined || fenced === undefined || takenAt.getTime() >= fenced.getTime() - TOLERANCE_MS
      ? []
      : [`the recovery point is of ${formatTime(takenAt)}, and writes ended at ${formatTime(fenced)}`]),
  ];
  if (differences.length > 0)
    throw new StepFailed(`the databases differ: ${differences.join("; ")}`, STATE, [
      "# find out why before anybody is served from there",
    ]);
  const seen = `PostgreSQL ${copy.engineVersion}, ${copy.storageGiB} GiB, data of ${takenAt === undefined ? "an unknown time" : formatTime(takenAt)}, writes ended ${fenced === undefined ? "at an unknown time" : formatTime(fenced)}`;
  if (command === undefined)
    return `${seen}; what is in the tables was not compared: --compare-command does that`;
  const said = await runCommand(command, {
    STANDBY_DATABASE: from,
    STANDBY_REGION: standby.region,
    PRIMARY_DATABASE: to,
    PRIMARY_REGION: primary.region,
  });
  return `${seen}; ${command}: ${said}`;
}

/** What contradicts that the databases agree, as far as it can be seen from outside. */
export async function dataContradiction(context: RecoveryContext): Promise<string | undefined> {
  try {
    await compareData(context, undefined);
    return undefined;
  } catch (error) {
    if (error instanceof StepFailed) return error.message;
    throw error;
  }
}

const majorOf = (version: string): string => version.split(".")[0] ?? "";

/** Its last line is the evidence; another exit code than 0 stops the failback. */
function runCommand(command: string, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", command], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data: Buffer) => void output.push(data.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      const last = output.join("").trim().split("\n").at(-1) ?? "";
      if (code === 0) resolve(last);
      else
        reject(
          new StepFailed(`${command} ended with ${code ?? "a signal"}: ${last}`, STATE, [
            "# see what it found; leave --compare-command out to go on without it",
          ]),
        );
    });
  });
}
