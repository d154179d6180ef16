import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Caller } from "../aws/port.ts";
import { loadConfiguration } from "../config/load.ts";
import { specsOf, type StackSpec } from "../config/spec.ts";
import { copyNameOf, stateKey } from "../naming/names.ts";
import { activationFile } from "../recovery/activation-file.ts";
import type { Inquiry } from "../recovery/checks/check.ts";
import type { Preflight } from "../recovery/preflight/preflight.ts";
import { withProof } from "../recovery/preflight/proof.ts";
import { Announcer } from "../recovery/news/announcer.ts";
import { newsOf, type RunEvent } from "../recovery/news/news.ts";
import { sinksOf } from "../recovery/news/sinks.ts";
import { type Ending, type Order, runRecovery, type RunnerWorld } from "../recovery/runner.ts";
import type { RecoveryContext, RecoveryPlan, Tell } from "../recovery/steps/step.ts";
import type { Subject } from "../recovery/subject.ts";
import type { TerraformSettings } from "../recovery/terraform/live.ts";
import type { Context } from "./command.ts";
import { loadSubject } from "./inquiry.ts";
import { interruptible } from "./interruptible.ts";
import type { RecoveryOptions } from "./recovery-options.ts";
import type { RecoveryWorld } from "./recovery-world.ts";

/** What a run is carried out with. */
export interface Session {
  readonly plan: RecoveryPlan;
  readonly order: Order;
  readonly inquiry: Inquiry;
  readonly options: RecoveryOptions;
  readonly world: RecoveryWorld;
  readonly now: () => Date;
  /** Looks once more what blocks; absent where nothing is closed any more. */
  readonly preflight?: (() => Promise<Preflight>) | undefined;
}

/** This machine's clock may be wrong, and two machines' never agree: times are AWS's. */
export function awsClock({ now }: Pick<Context, "now">, { awsTime, localTime }: Caller): () => Date {
  const offset = awsTime === undefined ? 0 : awsTime.getTime() - localTime.getTime();
  return () => new Date(now().getTime() + offset);
}

/** Carries a plan out on this machine. */
export async function carryOut(context: Context, session: Session): Promise<Ending> {
  const { plan, order, inquiry, options, world, now, preflight } = session;
  const { place, aws } = inquiry;
  const print = teller(context, now);
  const source = { project: inquiry.subject.project.name, plan, resume: order.resume };
  const announcer = new Announcer(
    sinksOf(inquiry.subject, inquiry.standby, world.post, source, now),
    print,
    now,
  );
  const announce = (happened: RunEvent): void =>
    announcer.announce(newsOf(happened, source, (text) => context.complete(text)));
  const tell: Tell = (line, about) => {
    print(line);
    if (about === "waiting") announce({ event: "waiting", line });
  };
  const waits = interruptible(world, tell);
  const subject = rereadWith(context, inquiry, options.environment);
  const terraform = world.terraform(settingsOf(context, session, waits.pause, tell));
  const runner: RunnerWorld = {
    place,
    aws: aws.in(place.region),
    machine: world.machine(place.folder),
    isAlive: world.isAlive,
    now,
    pause: waits.pause,
    tell,
    announce,
    preflight: preflight && (async () => withProof(await preflight(), terraform, tell)),
    contextOf: (journal, run): RecoveryContext => ({
      environments: context.environments,
      subject,
      aws,
      standby: inquiry.standby,
      primary: inquiry.primary,
      place,
      journal,
      run,
      terraform,
      http: world.http,
      usersDns: {
        lookup: world.dns,
        ask: world.ask,
        isSaidToBeMoved: options.dnsMoved,
        mayContradict: options.despite !== undefined,
      },
      now,
      pause: waits.pause,
      tell,
    }),
  };
  try {
    return await runRecovery(plan, order, runner);
  } finally {
    await announcer.close();
    waits.end();
  }
}

/** Reads the files anew once a step has written a record; their evaluation takes a moment that no step has to spare. */
function rereadWith(
  context: Context,
  { subject: { primary, standby } }: Inquiry,
  environment: string | undefined,
): RecoveryContext["subject"] {
  const files = [primary, standby].map(({ name }) => activationFile(context.environments, name));
  const stamp = (): string =>
    files.map((file) => (existsSync(file) ? readFileSync(file, "utf8") : "")).join("\n");
  let known: { readonly stamp: string; readonly subject: Promise<Subject> } | undefined;
  return () => {
    const now = stamp();
    if (known?.stamp !== now) known = { stamp: now, subject: loadSubject(context, environment) };
    return known.subject;
  };
}

function settingsOf(
  context: Context,
  { inquiry: { aws }, options, now }: Session,
  pause: TerraformSettings["pause"],
  tell: TerraformSettings["tell"],
): TerraformSettings {
  const { environments, env } = context;
  return {
    // npm runs scripts in the folder of package.json.
    root: resolve("."),
    environments,
    outdir: resolve(env["CDKTF_OUTDIR"] || "cdktf.out"),
    env,
    unlockState: options.unlockState,
    now,
    pause,
    tell,
    stateOf: async (stack) => {
      const { project, name, state } = await stackOf(context, stack);
      return {
        region: state.region,
        bucket: state.bucket,
        key: stateKey(project, name),
        aws: aws.in(state.region),
      };
    },
  };
}

async function stackOf(context: Context, name: string): Promise<StackSpec> {
  const { environments, env, loadConfiguration: load = loadConfiguration } = context;
  const stateRegion = env["STATE_REGION"] || undefined;
  const specs = specsOf(await load(environments, { unmetObjectives: "accept", stateRegion }));
  const stacks = [...specs.services, ...(specs.traffic === undefined ? [] : [specs.traffic])];
  const copied = specs.services.find((stack) => copyNameOf(stack.name) === name);
  const found = stacks.find((stack) => stack.name === name) ?? (copied && { ...copied, name });
  if (found === undefined) throw new Error(`no stack ${name}`);
  return found;
}

/** Progress with the time at which it was made; beside the document where that is JSON. */
function teller({ json, print, printError }: Context, now: () => Date): (line: string) => void {
  return (line) => {
    const at = now().toISOString();
    if (json) printError(JSON.stringify({ at, line }));
    else print(`${at.slice(11, 19)}Z ${line}`);
  };
}
