import { AwsFailure } from "../aws/failure.ts";
import type { Caller } from "../aws/port.ts";
import { UserError } from "../config/problem.ts";
import { writeActivation } from "../recovery/activation-file.ts";
import { Damaged } from "../recovery/damage.ts";
import type { Inquiry } from "../recovery/checks/check.ts";
import { quoted } from "../recovery/commands.ts";
import { explain } from "../recovery/failure.ts";
import { DamagedLock, LockHeld } from "../recovery/journal/lock.ts";
import { Blocked, type Preflight } from "../recovery/preflight/preflight.ts";
import type { Run } from "../recovery/journal/run.ts";
import { dnsWait } from "../recovery/dns/users-names.ts";
import type { Given } from "../recovery/journal/schema.ts";
import type { Order } from "../recovery/runner.ts";
import { movingRun, runToResume } from "../recovery/runs.ts";
import { type Standing, standingOf } from "../recovery/standing.ts";
import { unfinishedText } from "../recovery/unfinished.ts";
import { Interrupted, type RecoveryPlan } from "../recovery/steps/step.ts";
import type { Context, ExitCode } from "./command.ts";
import { commandsOf } from "./own-commands.ts";
import { loadSubject, NO_HURRY_MS, openInquiry } from "./inquiry.ts";
import { blockedReport, despiteLines } from "./blocked-report.ts";
import {
  type Completion,
  damagedLockReport,
  endingReport,
  endingToJson,
  failureReport,
  refusalReport,
} from "./ending-report.ts";
import { planReport, planToJson, type ShownPlan } from "./plan-report.ts";
import { reasonText, type RecoveryOptions } from "./recovery-options.ts";
import { awsClock, carryOut } from "./recovery-session.ts";
import { RECOVERY_WORLD, type RecoveryWorld } from "./recovery-world.ts";
import { settleRecord } from "./settle-record.ts";
import { expectedOf, type Stakes } from "./stakes.ts";

/** What a plan is made from. */
export interface Situation {
  /** Its time is AWS's. */
  readonly inquiry: Inquiry;
  readonly caller: Caller;
  /** Oldest first. */
  readonly runs: readonly Run[];
  /** The run that this command goes on with. */
  readonly resumed: Run | undefined;
}

/** A plan, or why there is nothing to do. */
export type Proposal =
  | {
      readonly kind: "plan";
      readonly plan: RecoveryPlan;
      readonly stakes: Stakes;
      /** What was found out before anything is closed, and how it is found out again; absent where nothing is closed any more. */
      readonly preflight?:
        { readonly found: Preflight; readonly again: () => Promise<Preflight> } | undefined;
    }
  /** A refusal is a failure of whoever asked for it to be carried out: a scheduled drill must not look like one that was made. */
  | { readonly kind: "nothing"; readonly because: string; readonly isRefusal?: boolean };

/** A verb that changes something: how it plans, and what it says in the end. */
export interface RecoveryVerb {
  readonly verb: RecoveryPlan["verb"];
  /** Options of its own as they were given: whoever resumes types them again. */
  readonly flags: readonly string[];
  /** What of these the journal keeps, for whoever resumes the run elsewhere. */
  readonly given?: Given | undefined;
  readonly propose: (situation: Situation) => Promise<Proposal>;
  /** What is left to do after it has ended well; one line each. */
  readonly afterwards: (situation: Situation, run: Run) => readonly string[];
}

/**
 * Prints the plan and stops, or carries it out once the environment's name was typed.
 *
 * Exit codes: 0 done, or nothing but the plan was asked for; 1 failed, refused or interrupted; 2 wrong usage.
 */
export async function recover(
  context: Context,
  options: RecoveryOptions,
  verb: RecoveryVerb,
): Promise<ExitCode> {
  const inquiry = await openInquiry(context, options.environment, { recordPatienceMs: NO_HURRY_MS });
  const { subject } = inquiry;
  const { name } = subject.standby;
  const command = commandsOf(name, options, verb);
  let again = options.execute ? command.begin(name) : command.show();
  let now = context.now;
  try {
    const caller = await inquiry.standby.caller();
    refuseStranger(caller, subject.project.accountId);
    now = awsClock(context, caller);
    const { runs, problem, damaged } = await inquiry.history();
    const gaps = [
      ...(problem === undefined ? [] : [`not every earlier run could be read: ${problem}`]),
      ...damaged.map(({ message }) => `${message}: npm run dr -- readiness --only last-drill`),
    ];
    const resumed = runToResume(runs, verb.verb, options.run);
    const { missing, notes } = await settleRecord(context.environments, inquiry, runs, options.execute);
    const bringRecord = (): void => {
      if (missing !== undefined && options.execute) writeActivation(context.environments, name, missing);
    };
    const situation = { inquiry: { ...inquiry, now: now() }, caller, runs, resumed };
    const other = movingRun(runs);
    const overtaken =
      other === undefined || other.start.verb === verb.verb ? undefined : unfinishedText(other, name);
    const proposal = await verb.propose(situation);
    if (proposal.kind === "nothing") {
      // Nothing to do, while another run is half done, would send whoever asks to bed.
      const because = [proposal.because, ...(overtaken === undefined ? [] : [overtaken])].join("; ");
      const isRefusal = proposal.isRefusal === true || overtaken !== undefined;
      if (!isRefusal) bringRecord();
      const said = isRefusal ? [] : notes;
      show(context, { outcome: isRefusal ? "refused" : "nothing", because, notes: said }, [because, ...said]);
      return isRefusal && options.execute ? 1 : 0;
    }
    const { blockers = [], doubts = [] } = proposal.preflight?.found ?? {};
    const overtakes = overtaken === undefined ? [] : [`this overtakes another run: ${overtaken}`];
    const unknowns = doubts.map(({ what }) => what);
    const plan = {
      ...proposal.plan,
      warnings: [...unknowns, ...overtakes, ...proposal.plan.warnings, ...notes, ...gaps],
    };
    const confirmation = plan.confirmation ?? name;
    if (options.execute) again = command.begin(confirmation);
    const expected = expectedOf(plan, resumed, now());
    const shown: ShownPlan = { plan, resumed, blockers, stakes: proposal.stakes, expected };
    const report = planReport(shown, context.paint, options.actions);
    if (!options.execute) {
      const hint =
        blockers.length === 0
          ? ["Nothing was changed. To do it:", `  ${command.ask()}`]
          : [
              "Nothing was changed, and --execute is refused while this blocks it.",
              ...despiteLines(command.ask()),
            ];
      show(context, planToJson(shown), [...report, "", ...hint]);
      return 0;
    }
    // Whoever has once begun it all the same need not say so again.
    const despite = options.despite ?? resumed?.start.despite?.reason;
    if (blockers.length > 0 && despite === undefined) throw new Blocked(blockers);
    if (!context.json) for (const line of report) context.print(line);
    const world = context.recovery ?? RECOVERY_WORLD;
    const reason = await reasonFor(world, WHY, options.reason ?? resumed?.start.reason);
    const override =
      blockers.length === 0 && despite === true && !options.dnsMoved
        ? undefined
        : await overrideOf(world, despite);
    await confirm(world, options.confirm, confirmation);
    again = command.begin(confirmation, { reason, despite: override });
    bringRecord();
    const resume = command.resume(confirmation);
    const order = {
      ...orderOf({ ...options, reason, despite: override }, caller, now(), resume),
      given: verb.given,
    };
    const preflight = proposal.preflight?.again;
    const ending = await carryOut(context, { plan, order, inquiry, options, world, now, preflight });
    const afterwards = ending.kind === "done" ? verb.afterwards(situation, ending.run) : [];
    const waited = ending.kind === "failed" ? dnsWait(subject, ending.step) : undefined;
    const standing = ending.kind === "done" ? undefined : await standingNow(context, inquiry, waited);
    const completion: Completion = { ending, plan, subject, resume, afterwards, standing };
    show(context, endingToJson(completion), endingReport(completion, context.paint));
    return ending.kind === "done" ? 0 : 1;
  } catch (error) {
    if (error instanceof LockHeld) {
      const { holder } = error.held;
      show(context, { outcome: "refused", lock: holder }, refusalReport(holder, now(), again));
      return 1;
    }
    if (error instanceof DamagedLock) {
      const { address, got } = error;
      show(context, { outcome: "refused", lock: { address, got } }, damagedLockReport(error, again));
      return 1;
    }
    if (error instanceof Blocked) {
      const standing = await standingNow(context, inquiry);
      const refusal = { verb: verb.verb, blockers: error.blockers, standing, resume: again };
      show(context, { outcome: "refused", ...refusal }, blockedReport(refusal, context.paint));
      return 1;
    }
    if (!(error instanceof AwsFailure || error instanceof Interrupted || error instanceof Damaged))
      throw error;
    const explained = explain(error, again);
    // Whatever fails within a step is the runner's to explain.
    const failure = { ...explained, state: options.execute ? "no step was begun" : "nothing was changed" };
    show(context, { outcome: "failed", failure }, failureReport(failure, context.paint));
    return 1;
  } finally {
    inquiry.end();
  }
}

/** The files anew: a step may have written a record. */
async function standingNow(context: Context, { subject, aws }: Inquiry, waited?: string): Promise<Standing> {
  return standingOf(await loadSubject(context, subject.standby.name), aws, waited);
}

function show({ json, print }: Context, document: unknown, lines: readonly string[]): void {
  if (json) print(JSON.stringify(document, undefined, 2));
  else for (const line of lines) print(line);
}

function refuseStranger({ accountId, arn }: Caller, expected: string): void {
  if (accountId === expected) return;
  throw new UserError([
    {
      file: "credentials",
      key: "",
      message: `are of another account, got ${arn}; take some of ${expected}`,
    },
  ]);
}

/** Whoever reads the journal a year later has nothing else; a run that goes on has one. */
async function reasonFor(
  world: RecoveryWorld,
  { option, question }: typeof WHY,
  known: string | undefined,
): Promise<string> {
  if (known !== undefined) return known;
  const typed = await world.ask(`${question}, in at least 10 characters: `);
  const reason = reasonText.safeParse(typed ?? "");
  if (reason.success) return reason.data;
  const got = typed === undefined ? "nothing, and there is no terminal to ask at" : JSON.stringify(typed);
  const wrong = typed === undefined ? "says nothing" : (reason.error.issues[0]?.message.split("; ")[0] ?? "");
  throw new UserError([
    {
      file: option,
      key: "",
      message: `${wrong}, got ${got}; nothing was changed; write the reason after ${option}, in quotes, in at least 10 characters`,
    },
  ]);
}

const WHY = { option: "--reason", question: "Why" };
const WHY_DESPITE = { option: "--despite", question: "Why all the same" };

/** Somebody who knows better says why; undefined when nobody does. */
const overrideOf = async (
  world: RecoveryWorld,
  despite: RecoveryOptions["despite"],
): Promise<string | undefined> =>
  despite === undefined ? undefined : reasonFor(world, WHY_DESPITE, despite === true ? undefined : despite);

/** A name is typed, not a yes: fingers say yes by themselves. */
async function confirm(world: RecoveryWorld, given: string | undefined, wanted: string): Promise<void> {
  const typed = given ?? (await world.ask(`Type ${wanted} to go on: `));
  if (typed?.trim() === wanted) return;
  const got = typed === undefined ? "nothing, and there is no terminal to ask at" : JSON.stringify(typed);
  throw new UserError([
    {
      file: "--confirm",
      key: "",
      message: `is not what confirms it, got ${got}; nothing was changed; give --confirm ${quoted(wanted)}`,
    },
  ]);
}

const orderOf = (
  {
    operator,
    reason,
    run,
    takeLock,
    despite,
  }: Omit<RecoveryOptions, "despite"> & { readonly reason: string; readonly despite: string | undefined },
  { arn }: Caller,
  declaredAt: Date,
  resume: string,
): Order => ({
  operator: operator ?? nameIn(arn),
  reason,
  declaredAt,
  runId: run,
  takeLock,
  resume,
  despite,
});

/** `arn:aws:sts::111122223333:assumed-role/break-glass/kim` is break-glass/kim. */
const nameIn = (arn: string): string =>
  arn
    .split(":")
    .at(-1)
    ?.replace(/^(assumed-role|user)\//, "") || arn;
