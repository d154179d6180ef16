import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import type { Http } from "../http.ts";
import { type SeenDatabase, seeDatabase } from "../assertions/database.ts";
import { askService } from "./smoke.ts";

/** One thing that has to hold before a recovery is called done. */
export interface Proof {
  readonly id: "smoke" | "database" | "alarms";
  /** `unproven` does not stop a recovery: nobody can ask, and the evidence says why. */
  readonly outcome: "holds" | "fails" | "unproven";
  /** What was seen, with numbers. */
  readonly evidence: string;
  /** What to do about it, in lines that can be pasted; of what does not hold. */
  readonly remedy: string | undefined;
}

/** Whether a service is fit to serve. */
export interface Validation {
  readonly valid: boolean;
  readonly proofs: readonly Proof[];
}

/** What the validation of a service needs. */
export interface Validated {
  readonly spec: ServiceSpec;
  readonly aws: RegionalAws;
  readonly http: Http;
  /** The name by which users come; undefined where the files don't know it: the certificate's first name then. */
  readonly userName: string | undefined;
}

/**
 * Asks the service as users do, whether it reaches its database, and its alarms.
 *
 * Every proof is tried. What AWS does not answer is thrown: the step is tried again.
 */
export async function validateService(validated: Validated): Promise<Validation> {
  const [[smoke, deep], seen, alarms] = await Promise.all([
    askService(validated),
    seeDatabase(validated.spec, validated.aws),
    judgeAlarms(validated),
  ]);
  const proofs = [smoke, withInstance(deep, seen, validated), alarms];
  return { valid: proofs.every(({ outcome }) => outcome !== "fails"), proofs };
}

/** What a validation calls of AWS; the service itself is asked over the network. */
export const VALIDATION_ACTIONS = [
  "acm:DescribeCertificate",
  "cloudwatch:DescribeAlarms",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancers",
  "kms:DescribeKey",
  "rds:DescribeDBInstances",
] as const;

/** The database itself, whoever can reach it: a service may answer without one. */
function withInstance(
  deep: Proof,
  { identifier, instance, contradiction }: SeenDatabase,
  { aws: { region } }: Validated,
): Proof {
  if (contradiction !== undefined)
    return {
      id: "database",
      outcome: "fails",
      evidence: contradiction,
      remedy: `aws rds describe-db-instances --region ${region} --query "DBInstances[].[DBInstanceIdentifier,DBInstanceStatus]"`,
    };
  return { ...deep, evidence: `${identifier} is ${instance?.status ?? "there"}, ${deep.evidence}` };
}

/** Copies need hours to begin with: this one can't be green yet, and is no reason to go back. */
const SLOW = ["missing-copy"];

async function judgeAlarms({ spec: { names }, aws }: Validated): Promise<Proof> {
  const slow = new Set(SLOW.map((id) => names.of(id)));
  const alarms = (await aws.alarms(`${names.prefix}-`)).filter(({ name }) => !slow.has(name));
  const ringing = alarms.filter(({ state }) => state === "ALARM");
  const silent = alarms.filter(({ state }) => state === "INSUFFICIENT_DATA");
  const look = `aws cloudwatch describe-alarms --region ${aws.region} --alarm-name-prefix ${names.prefix}- --state-value ALARM`;
  if (alarms.length === 0)
    return { id: "alarms", outcome: "fails", evidence: "there is no alarm", remedy: look };
  if (ringing.length > 0) {
    const evidence = ringing.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
    return { id: "alarms", outcome: "fails", evidence, remedy: look };
  }
  const waiting = silent.length === 0 ? "" : `, ${silent.length} have no data yet`;
  const evidence = `none of ${alarms.length} alarms is on${waiting}`;
  return { id: "alarms", outcome: "holds", evidence, remedy: undefined };
}
