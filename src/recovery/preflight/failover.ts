import { identifierOf } from "../../database/source.ts";
import { stateKey } from "../../naming/names.ts";
import { isOneOf, turnersOf } from "../../traffic/operators.ts";
import type { Inquiry } from "../checks/check.ts";
import { postureOf } from "../checks/inapplicable.ts";
import { switchOf } from "../checks/switch.ts";
import { drCommand, quoted } from "../commands.ts";
import { restoredFrom } from "../record.ts";
import { readState } from "../state.ts";
import { choosePoint, type PointChoice, type RestorablePoint } from "../steps/choose-recovery-point.ts";
import { StepFailed } from "../steps/step.ts";
import type { Subject } from "../subject.ts";
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

/** What a failover is asked to do, as far as it decides whether that can work. */
export interface FailoverQuestion {
  readonly inquiry: Inquiry;
  /** Who asks. */
  readonly callerArn: string;
  readonly point: PointChoice;
  /** Identifier of an earlier restored database that may be destroyed. */
  readonly replaceDatabase: string | undefined;
  /** Id of a state lock that the operator gives up. */
  readonly unlockState: string | undefined;
  /** Whether the primary is seen to answer any user. */
  readonly primaryServes: boolean;
}

const RULES: Rules = {
  "state-lock": TO_BE_FREE,
  keys: NEEDED,
  engine: NEEDED,
  "database-quota": NEEDED,
  image: NEEDED,
  "compute-quota": NEEDED,
  certificate: NEEDED,
  switch: TO_BE_REACHED,
  toolchain: NEEDED,
};

/** What an earlier recovery has restored is judged by its size and its targets, and both are 0 after a rollback. */
const RULES_IN_PEACE: Rules = { ...RULES, "load-balancer": NEEDED };

/** Finds out, before the primary is closed, what a failover would fail at. */
export async function preflightOfFailover(question: FailoverQuestion): Promise<Preflight> {
  const { inquiry, point: choice, primaryServes, replaceDatabase } = question;
  const { subject, standby, now } = inquiry;
  const rules = postureOf(subject) === "standby" ? RULES_IN_PEACE : RULES;
  const [point, checked] = await Promise.all([
    attempt("recovery-point", () => choosePoint(subject, standby, choice, now)),
    obstaclesOf(rules, inquiry, question.unlockState),
  ]);
  const state = await attempt("standby-state", () => refuseState(inquiry, point.value, replaceDatabase));
  const obstacles = [
    ...point.obstacles,
    ...state.obstacles,
    ...checked,
    ...turnerObstacles(subject, question.callerArn),
    ...journalObstacles(inquiry),
  ];
  return {
    ...divide(obstacles, primaryServes),
    point: point.value,
    mustPlan: primaryServes ? [subject.standby.name] : [],
  };
}

/** What the state has decides whether the guard lets a restore through: it destroys no restored database unasked. */
async function refuseState(
  { subject: { standby, project }, aws }: Inquiry,
  point: RestorablePoint | undefined,
  replaceable: string | undefined,
): Promise<void> {
  const { bucket, region } = standby.state;
  const state = await readState(aws.in(region), bucket, stateKey(project, standby.name));
  const nothing = "nothing was changed";
  if (state === undefined || state.resourceCount === 0)
    throw new StepFailed(
      `${standby.name} ${state === undefined ? "was never applied: there is no state" : "was destroyed: its state is empty"} in ${bucket}`,
      nothing,
      [`npx cdktf deploy ${standby.name}`],
    );
  const held = state.output("database_identifier");
  const empty = identifierOf(standby.names, undefined);
  const wanted = point && identifierOf(standby.names, restoredFrom(point));
  if (held === undefined || wanted === undefined || [empty, wanted, replaceable].includes(held)) return;
  throw new StepFailed(
    `${standby.name} holds ${held}, which an earlier failover has restored, and which is destroyed by its name only`,
    nothing,
    [
      "# give it up, with all that was written to it",
      drCommand("failover", {
        environment: standby.name,
        flags: ["--replace-database", quoted(held)],
        execute: true,
      }),
    ],
  );
}

/** What would otherwise come to light at the cut-over only, an hour later. An operator may come until then. */
export function turnerObstacles(subject: Subject, callerArn: string): readonly Obstacle[] {
  return isTurner(subject, callerArn)
    ? []
    : [
        {
          id: "caller",
          what: `${callerArn} can't turn the switch: have one of ${turners(subject).join(", ")} at hand, or begin as one`,
          remedy: [],
          isCertain: false,
        },
      ];
}

const turners = ({ traffic, project }: Subject): readonly string[] =>
  (traffic && turnersOf(traffic.config, project)) ?? [];

const isTurner = (subject: Subject, callerArn: string): boolean => {
  const named = turners(subject);
  return switchOf(subject) === undefined || named.length === 0 || isOneOf(named, callerArn);
};
