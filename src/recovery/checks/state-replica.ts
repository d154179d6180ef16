import { AwsFailure } from "../../aws/failure.ts";
import type { Aws } from "../../aws/port.ts";
import { readState, type StateFacts } from "../state.ts";
import type { ReplicatedState } from "../subject.ts";
import { type Check, fail, type Finding, pass, type Status, unknown, warn } from "./check.ts";

/** The copies of the other states, by which work goes on without the primary region. */
export const stateReplica: Check = {
  id: "state-replica",
  asks: "are the other states copied to the standby region, and are the copies current",
  because:
    "without the primary's state nobody can fail back; a copy that lags behind forgets what was made since (T32, T33)",
  remedy: "apply bootstrap, then write the state once more so that it is replicated",
  side: "primary",
  inapplicable: ({ replicated }) =>
    replicated.length > 0 ? undefined : "stateReplication.enabled of the bootstrap environment is false",
  async run({ subject, aws }) {
    const found = await Promise.all(subject.replicated.map((one) => compare(one, aws)));
    return worst(found);
  },
};

async function compare(one: ReplicatedState, aws: Aws): Promise<Finding> {
  const { environment, key, home, replica } = one;
  const apply = `npx cdktf deploy ${environment}`;
  const [there, original] = await Promise.all([
    readState(aws.in(replica.region), replica.bucket, key),
    readOriginal(one, aws),
  ]);
  if (there === undefined) {
    if (original.state === undefined && original.failure === undefined)
      return warn(`${environment} was never applied`, apply);
    return fail(`${environment} has no copy in ${replica.bucket}`, `npx cdktf deploy bootstrap && ${apply}`);
  }
  const copy = `${environment} serial ${there.serial}`;
  if (original.failure !== undefined)
    return {
      ...unknown(
        `${copy} is in ${replica.region}; not compared, since ${original.failure.message}`,
        `# once ${home.region} answers\nnpm run dr -- readiness --only state-replica`,
      ),
      unreached: original.failure.kind === "unreachable",
    };
  const { state } = original;
  if (state === undefined)
    return warn(`${copy} is a copy of nothing: ${home.bucket} has no such state`, apply);
  const facts = { [`${environment}Serial`]: state.serial, [`${environment}CopySerial`]: there.serial };
  if (state.lineage !== there.lineage)
    return fail(
      `${environment} is another state: lineage ${there.lineage} in ${replica.region}, ${state.lineage} in ${home.region}`,
      `aws s3api list-object-versions --bucket ${replica.bucket} --prefix ${key}`,
      facts,
    );
  if (there.serial === state.serial) return pass(copy, facts);
  const behind = `${copy} in ${replica.region}, ${state.serial} in ${home.region}`;
  const look = `aws s3api head-object --region ${home.region} --bucket ${home.bucket} --key ${key} --query ReplicationStatus`;
  return there.serial < state.serial
    ? warn(`${behind}: the copy is behind`, look, facts)
    : fail(`${behind}: written on both sides`, look, facts);
}

/** The primary region may be gone: that the copy can't be compared does not mean that it is bad. */
async function readOriginal(
  { home, key }: ReplicatedState,
  aws: Aws,
): Promise<{ state: StateFacts | undefined; failure: AwsFailure | undefined }> {
  try {
    return { state: await readState(aws.in(home.region), home.bucket, key), failure: undefined };
  } catch (error) {
    if (error instanceof AwsFailure) return { state: undefined, failure: error };
    throw error;
  }
}

const SEVERITY: readonly Status[] = ["pass", "warn", "unknown", "fail"];

/** One finding for several things: the worst decides, and every evidence is told. */
function worst(found: readonly Finding[]): Finding {
  const status = SEVERITY.findLast((one) => found.some((finding) => finding.status === one)) ?? "pass";
  const remedies = found.flatMap(({ remedy }) => remedy ?? []);
  return {
    status,
    evidence: found.map(({ evidence }) => evidence).join("; "),
    ...(remedies.length > 0 && { remedy: [...new Set(remedies)].join("\n") }),
    unreached: found.every((finding) => finding.status !== "unknown" || finding.unreached === true),
    facts: Object.fromEntries(found.flatMap(({ facts = {} }) => Object.entries(facts))),
  };
}
