import { AwsFailure } from "../../aws/failure.ts";
import { CHECKS } from "../checks/all.ts";
import type { Inquiry, Status } from "../checks/check.ts";
import { recordDoubtOf } from "../doubt.ts";
import { localProblem } from "../journal/local.ts";
import type { ChosenPoint } from "../journal/run.ts";
import { checkReadiness, type Result } from "../readiness.ts";
import { StepFailed } from "../steps/step.ts";

/** What keeps a recovery from coming to its end. */
export interface Blocker {
  /** The readiness check that found it, or the question that only a recovery asks. */
  readonly id: string;
  readonly what: string;
  /** In lines that can be pasted. */
  readonly remedy: readonly string[];
  /** Options with which the recovery is begun all the same, once the remedy says so. */
  readonly resumeWith?: readonly string[];
}

/** The same before anybody has asked what is at stake. */
export interface Obstacle extends Blocker {
  /** Not so is what was not answered, and what may be over in a minute: it blocks only while there is something to lose. */
  readonly isCertain: boolean;
}

/** What is known before anything is closed or stopped. */
export interface Preflight {
  readonly blockers: readonly Blocker[];
  /** What may come in the way, and blocks nothing. */
  readonly doubts: readonly Blocker[];
  /** What would be restored. */
  readonly point: ChosenPoint | undefined;
  /** Stacks that Terraform has to be able to plan before what serves now is closed; none where nothing is seen to serve. */
  readonly mustPlan: readonly string[];
}

/** It was not begun, and nothing was changed. */
export class Blocked extends Error {
  override readonly name = "Blocked";

  constructor(readonly blockers: readonly Blocker[]) {
    super(blockers.map(({ id, what }) => `${id}: ${what}`).join("; "));
  }
}

/** How a check's answers count: what is certain always blocks, what is not while something serves that would be closed. */
export interface Rule {
  readonly certain: readonly Status[];
  readonly uncertain: readonly Status[];
}

/** By the check's id. */
export type Rules = Readonly<Record<string, Rule>>;

/** Without it a recovery can't come to its end. */
export const NEEDED: Rule = { certain: ["fail"], uncertain: ["unknown"] };
/** Somebody works there now, and may have ended in a minute. */
export const TO_BE_FREE: Rule = { certain: ["fail"], uncertain: ["warn", "unknown"] };
/** A recovery sets it itself, if it can be reached. */
export const TO_BE_REACHED: Rule = { certain: [], uncertain: ["unknown"] };

/** Longer than a readiness check may take: an answer that is late is refused as none while the primary serves. */
const PATIENCE_MS = 30_000;

/**
 * Asks the readiness checks that a recovery can't do without.
 *
 * @param unlockState id of a state lock that the operator gives up
 */
export async function obstaclesOf(
  rules: Rules,
  inquiry: Inquiry,
  unlockState: string | undefined,
): Promise<readonly Obstacle[]> {
  const checks = CHECKS.filter(({ id }) => id in rules);
  // A run of its own that was killed before it began does not keep a recovery from beginning.
  const { results } = await checkReadiness(
    checks,
    { ...inquiry, doubt: () => recordDoubtOf(inquiry) },
    PATIENCE_MS,
  );
  const isGivenUp = ({ facts }: Result): boolean =>
    unlockState !== undefined && facts?.["lockId"] === unlockState;
  return judge(
    results.filter((result) => !isGivenUp(result)),
    rules,
  );
}

/** Selects what comes in the way of a recovery. */
export const judge = (
  results: readonly Pick<Result, "id" | "status" | "evidence" | "remedy">[],
  rules: Rules,
): readonly Obstacle[] =>
  results.flatMap(({ id, status, evidence, remedy }) => {
    const { certain = [], uncertain = [] } = rules[id] ?? {};
    if (![...certain, ...uncertain].includes(status)) return [];
    return [{ id, what: evidence, remedy: remedy?.split("\n") ?? [], isCertain: certain.includes(status) }];
  });

/** The copy in the bucket alone would tell of the run, and a bucket can go with its region. */
export function journalObstacles({ place }: Pick<Inquiry, "place">): readonly Obstacle[] {
  const problem = localProblem(place);
  return problem === undefined
    ? []
    : [
        {
          id: "journal",
          what: `no journal could be kept on this machine: ${problem}`,
          remedy: [
            "# name a folder that can be written to, on a disk with room",
            'export JOURNAL_DIR="$HOME/.journal"',
          ],
          isCertain: false,
        },
      ];
}

/**
 * What blocks.
 *
 * @param serves whether something serves users that the recovery would close: an honest "not known" must not keep anybody
 * from leaving a region that is gone
 */
export function divide(
  obstacles: readonly Obstacle[],
  serves: boolean,
): Pick<Preflight, "blockers" | "doubts"> {
  const isBlocking = ({ isCertain }: Obstacle): boolean => isCertain || serves;
  return {
    blockers: obstacles.filter(isBlocking),
    doubts: obstacles.filter((obstacle) => !isBlocking(obstacle)),
  };
}

/**
 * The answer to a question that a step will ask again, or why it would fail there.
 *
 * What AWS does not answer now is not known; any other failure is the step's own.
 */
export async function attempt<Value>(
  id: string,
  question: () => Promise<Value>,
): Promise<{ readonly value?: Value; readonly obstacles: readonly Obstacle[] }> {
  try {
    return { value: await question(), obstacles: [] };
  } catch (error) {
    if (error instanceof StepFailed)
      return {
        obstacles: [
          { id, what: error.message, remedy: error.next, resumeWith: error.resumeWith, isCertain: true },
        ],
      };
    if (error instanceof AwsFailure)
      return {
        obstacles: [
          {
            id,
            what: error.message,
            remedy: [
              `# see whether ${error.region} answers from here\naws sts get-caller-identity --region ${error.region}`,
            ],
            isCertain: false,
          },
        ],
      };
    throw error;
  }
}
