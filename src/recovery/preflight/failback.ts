import { identifierOf } from "../../database/source.ts";
import { stateKey } from "../../naming/names.ts";
import type { Inquiry } from "../checks/check.ts";
import type { Return } from "../failback/way.ts";
import { takesSnapshots } from "../database-status.ts";
import { fenceStateOf } from "../fence/wholly.ts";
import { readState } from "../state.ts";
import { StepFailed } from "../steps/step.ts";
import { turnerObstacles } from "./failover.ts";
import {
  attempt,
  divide,
  journalObstacles,
  NEEDED,
  type Obstacle,
  obstaclesOf,
  type Preflight,
  type Rules,
  TO_BE_FREE,
  TO_BE_REACHED,
} from "./preflight.ts";

/** What a return is asked to do, as far as it decides whether that can work. */
export interface FailbackQuestion {
  readonly inquiry: Inquiry;
  /** Who asks. */
  readonly callerArn: string;
  readonly way: Exclude<Return["kind"], "stay">;
  /** Id of a state lock that the operator gives up. */
  readonly unlockState: string | undefined;
  /** Whether the standby is seen to answer any user. */
  readonly standbyServes: boolean;
}

/** What is left behind: its data is read with its keys. */
const RULES_AWAY: Rules = {
  "state-lock": TO_BE_FREE,
  keys: NEEDED,
  switch: TO_BE_REACHED,
  toolchain: NEEDED,
};

/** What is returned to is asked as a standby is before a failover. */
const RULES_HOME: Rules = {
  "state-lock": TO_BE_FREE,
  keys: NEEDED,
  engine: NEEDED,
  image: NEEDED,
  "load-balancer": NEEDED,
};

const NOTHING = "nothing was changed";

/** Finds out, before the standby that serves is closed, what a return would fail at. */
export async function preflightOfFailback(question: FailbackQuestion): Promise<Preflight> {
  const { inquiry, callerArn, way, unlockState, standbyServes } = question;
  const { subject } = inquiry;
  const home = way === "with-data" ? { ...RULES_HOME, "database-quota": NEEDED } : RULES_HOME;
  const found: readonly (readonly Obstacle[])[] = await Promise.all([
    attempt("primary", () => fenceStateOf(subject.primary, inquiry.primary)).then(obstaclesIn),
    attempt("primary-state", () => refusePrimaryState(question)).then(obstaclesIn),
    attempt("database", () => refuseDatabase(question)).then(obstaclesIn),
    obstaclesOf(RULES_AWAY, inquiry, unlockState),
    obstaclesOf(home, theOtherWay(inquiry), unlockState),
  ]);
  const obstacles = [...found.flat(), ...turnerObstacles(subject, callerArn), ...journalObstacles(inquiry)];
  return {
    ...divide(obstacles, standbyServes),
    point: undefined,
    mustPlan: standbyServes ? [subject.primary.name, subject.standby.name] : [],
  };
}

const obstaclesIn = ({ obstacles }: { readonly obstacles: readonly Obstacle[] }): readonly Obstacle[] =>
  obstacles;

/** Whoever is returned to takes over, as a standby does in a failover. */
const theOtherWay = (inquiry: Inquiry): Inquiry => ({
  ...inquiry,
  standby: inquiry.primary,
  primary: inquiry.standby,
  subject: { ...inquiry.subject, standby: inquiry.subject.primary, primary: inquiry.subject.standby },
});

/** A primary that Terraform does not know can't be returned to, and without the data it needs a database of its own. */
async function refusePrimaryState({ inquiry, way }: FailbackQuestion): Promise<void> {
  const { primary, project } = inquiry.subject;
  const { bucket, region } = primary.state;
  const state = await readState(inquiry.aws.in(region), bucket, stateKey(project, primary.name));
  if (state === undefined || state.resourceCount === 0)
    throw new StepFailed(
      `${primary.name} ${state === undefined ? "was never applied: there is no state" : "was destroyed: its state is empty"} in ${bucket}`,
      NOTHING,
      [`# make it anew without its database, closed: docs/runbook.md, Failback`],
    );
  const own = identifierOf(primary.names, primary.recoveryPoint);
  const held = state.output("database_identifier");
  if (way === "discard-writes" && held !== own)
    throw new StepFailed(`${primary.name} does not manage ${own}, got ${held ?? "no database"}`, NOTHING, [
      "# take it back into the state of the primary, as docs/runbook.md says at release-database",
    ]);
}

/** What is taken along has to be there. */
async function refuseDatabase({ inquiry, way }: FailbackQuestion): Promise<void> {
  if (way !== "with-data") return;
  const { standby: spec } = inquiry.subject;
  const identifier = identifierOf(spec.names, spec.recoveryPoint);
  const found = await inquiry.standby.database(identifier);
  if (found !== undefined && takesSnapshots(found.status)) return;
  throw new StepFailed(
    found === undefined
      ? `there is no database ${identifier} in ${spec.region}: nothing could be taken along`
      : `${identifier} is ${found.status}: no snapshot can be taken of it now`,
    NOTHING,
    [
      `aws rds describe-db-instances --region ${spec.region} --query "DBInstances[].[DBInstanceIdentifier,DBInstanceStatus]" --output text`,
    ],
  );
}
