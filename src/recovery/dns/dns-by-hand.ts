import { AwsFailure } from "../../aws/failure.ts";
import type { LoadBalancer } from "../../aws/serving.ts";
import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { postureOf } from "../checks/inapplicable.ts";
import { resumeCommand } from "../commands.ts";
import type { SideName } from "../observation/users.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import { type Sight, waitFor } from "../steps/wait.ts";
import { type Lead, leadOf, type Side } from "./lead.ts";
import { DNS_FOLLOWED, namesText, usersNames } from "./users-names.ts";

/** A person changes DNS somewhere else. */
const LONGEST_MINUTES = 60;
const EVERY_MS = 10_000;

/** Of an alias record of a load balancer, and the least that any other is taken for. */
const LEAST_TTL_SECONDS = 60;

/** What becomes of the side that users leave. */
export interface Leaving {
  /** It still serves whoever asks it, and is closed next: resolvers may still hold the old answer. */
  readonly leavesOpen: boolean;
}

interface Target {
  readonly side: Side;
  /** What to write into DNS. */
  readonly instruction: string;
  readonly look: () => Promise<Lead>;
}

/**
 * Waits until users' names lead to a side, where DNS is changed elsewhere.
 *
 * Asks this machine's resolver for the names that the files know, and a person for what it can't say. What DNS contradicts is
 * never believed, unless a reason was given for it.
 *
 * @throws StepFailed when nobody can be asked, or when it takes too long
 */
export async function awaitDns(
  context: RecoveryContext,
  to: SideName,
  { leavesOpen }: Leaving,
): Promise<string> {
  const { tell, now, usersDns } = context;
  const subject = await context.subject();
  const target = await targetOf(context, to);
  const { side, instruction } = target;
  const names = usersNames(subject);
  const isAsked = names.length > 0;
  let isTold = false;
  let longestTtl = 0;
  let arrivedAt: Date | undefined;
  const waited = `${namesText(subject)} must lead to ${side.name}`;
  const word = resumeCommand(context.run(), subject.standby.name, ["--dns-moved"]);
  const next = [
    `# ${instruction}; then, if DNS can't show it from here\n${word}`,
    ...(isAsked ? [`# if DNS is seen wrongly from here\n${word} --despite`] : []),
  ];
  const probe = async (): Promise<Sight> => {
    const lead = await target.look();
    longestTtl = Math.max(longestTtl, lead.ttlSeconds);
    if (lead.kind !== "there") arrivedAt = undefined;
    if (!isTold && (lead.kind === "elsewhere" || (lead.kind === "not known" && !usersDns.isSaidToBeMoved))) {
      tell(`DNS is changed elsewhere: do it now; ${instruction}`, "waiting");
      isTold = true;
    }
    if (lead.kind === "there") {
      arrivedAt ??= now();
      const left = leavesOpen
        ? Math.max(longestTtl, LEAST_TTL_SECONDS) - (now().getTime() - arrivedAt.getTime()) / 1000
        : 0;
      return left <= 0
        ? { done: true, evidence: `${DNS_FOLLOWED}${lead.evidence}` }
        : { done: false, progress: `${lead.evidence}; resolvers may hold the old answer` };
    }
    if (usersDns.isSaidToBeMoved && (lead.kind === "not known" || usersDns.mayContradict))
      return {
        done: true,
        evidence: `--dns-moved says that ${namesText(subject)} leads to ${side.name}; ${lead.evidence}`,
      };
    if (lead.kind === "not known") {
      const typed = await usersDns.ask(
        `${lead.evidence}.\nType ${side.name} once ${namesText(subject)} leads there${leavesOpen ? " and the TTL of the old record is over" : ""}, or press Enter to look again: `,
      );
      if (typed?.trim() === side.name)
        return {
          done: true,
          evidence: `${DNS_FOLLOWED}the operator says that ${namesText(subject)} leads to ${side.name}`,
        };
      if (typed === undefined && !isAsked)
        throw new StepFailed(
          `waiting for DNS: ${instruction}, and there is no terminal to confirm it at`,
          "nothing was undone; users are where their DNS leads them",
          next,
        );
    }
    return { done: false, progress: lead.evidence };
  };
  return waitFor(context, {
    what: `for DNS: ${waited}`,
    expectedMinutes: undefined,
    longestMinutes: LONGEST_MINUTES,
    everyMs: EVERY_MS,
    next,
    probe,
  });
}

/** What contradicts that users are led to a side; undefined also where nobody can say. */
export async function dnsContradiction(context: RecoveryContext, to: SideName): Promise<string | undefined> {
  if (context.usersDns.isSaidToBeMoved && context.usersDns.mayContradict) return undefined;
  if (usersNames(await context.subject()).length === 0) return undefined;
  const { kind, evidence } = await (await targetOf(context, to)).look();
  return kind === "elsewhere" ? evidence : undefined;
}

/**
 * Waits until nobody asks the standby any more, which is closed next. One that was never open has no users to lead back, unless DNS
 * shows them there.
 */
export async function awaitUsersBack(context: RecoveryContext): Promise<string> {
  const subject = await context.subject();
  return postureOf(subject) === "active" || (await dnsContradiction(context, "primary")) !== undefined
    ? awaitDns(context, "primary", { leavesOpen: true })
    : `${subject.standby.name} is closed to users: there is no DNS change to wait for`;
}

async function targetOf(context: RecoveryContext, to: SideName): Promise<Target> {
  const subject = await context.subject();
  const { primary, standby, usersDns } = context;
  const [spec, aws] = to === "primary" ? [subject.primary, primary] : [subject.standby, standby];
  const [otherSpec, otherAws] = to === "primary" ? [subject.standby, standby] : [subject.primary, primary];
  const balancer = await aws.loadBalancer(spec.names.of("alb"));
  if (balancer === undefined)
    throw new StepFailed(
      `there is no load balancer ${spec.names.of("alb")} in ${spec.region} to lead users to`,
      "nothing was undone; users are where their DNS leads them",
      [`npx cdktf deploy ${spec.name}`],
    );
  const side = { name: spec.name, dnsName: balancer.dnsName };
  const other = await sideIfKnown(otherSpec, otherAws);
  return {
    side,
    instruction: instructionOf(namesText(subject), spec, balancer),
    look: () => leadOf(usersNames(subject), side, other, usersDns.lookup),
  };
}

/** The record to write, and where it leads. */
export const instructionOf = (
  names: string,
  { region }: ServiceSpec,
  { dnsName, zoneId }: Pick<LoadBalancer, "dnsName" | "zoneId">,
): string =>
  `${names} must lead to ${dnsName} in ${region} (CNAME, or alias A with hosted zone id ${zoneId})`;

/** The side that users leave may be gone. */
async function sideIfKnown({ name, names }: ServiceSpec, aws: RegionalAws): Promise<Side | undefined> {
  try {
    const balancer = await aws.loadBalancer(names.of("alb"));
    return balancer && { name, dnsName: balancer.dnsName };
  } catch (error) {
    if (error instanceof AwsFailure) return undefined;
    throw error;
  }
}
