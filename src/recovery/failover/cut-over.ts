import type { TrafficSpec } from "../../config/spec.ts";
import { cutOver } from "../../traffic/cut-over.ts";
import { awaitDns } from "../dns/dns-by-hand.ts";
import { unmarkFenced } from "../fence/mark.ts";
import { switchOf } from "../checks/switch.ts";
import { fenceAsFarAsPossible } from "./declare.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { waitFor } from "../steps/wait.ts";
import type { Subject } from "../subject.ts";
import { formatTime } from "../time.ts";

const EVERY_MS = 5000;

/** The lever that moves traffic, and how long users may still reach the other side. */
interface Lever {
  readonly region: string;
  readonly bucketName: string;
  readonly key: string;
  readonly totalSeconds: number;
}

/** Undefined where traffic moves by itself, or by other means. */
export function leverOf(subject: Subject): Lever | undefined {
  const lever = switchOf(subject);
  const { traffic } = subject;
  return lever && traffic && { ...lever, ...cutOver(traffic.config.healthCheck) };
}

/** Moves the users to the standby: by the switch in its region, or by waiting for whoever changes DNS. */
export async function moveTraffic(context: RecoveryContext): Promise<string> {
  const subject = await context.subject();
  const lever = leverOf(subject);
  if (lever === undefined)
    return subject.traffic === undefined
      ? awaitDns(context, "standby", { leavesOpen: false })
      : followEndpoint(context, subject.traffic, subject.standby.name);
  const regional = context.aws.in(lever.region);
  const wasOn = await isOn(context, lever);
  if (!wasOn) {
    await regional.write(lever.bucketName, lever.key, `${subject.standby.name}\n`);
    context.tell(
      `the switch is on; users follow within ${lever.totalSeconds} s: health checkers notice, and resolvers ask again`,
    );
  }
  const head = wasOn ? await regional.head(lever.bucketName, lever.key) : undefined;
  return followSwitch(context, lever, "on", head?.modifiedAt);
}

/** Moves the users to the standby, and fences the primary once more: it may have come back while the database was restored. */
export async function cutOverToStandby(context: RecoveryContext): Promise<string> {
  const fenced = await fenceAsFarAsPossible(context);
  return `${await moveTraffic(context)}; ${fenced}`;
}

/** A bucket that is missing is an error of the list, and would look like a missing object to anything else. */
const isOn = async ({ aws }: RecoveryContext, { region, bucketName, key }: Lever): Promise<boolean> =>
  (await aws.in(region).list(bucketName, key)).includes(key);

/**
 * Moves the users back.
 *
 * A switch that is off already is waited for as well: nobody knows since when a missing object is missing, and an attempt
 * that was cut off may have removed it a moment ago.
 */
export async function moveTrafficBack(context: RecoveryContext): Promise<string> {
  const subject = await context.subject();
  // The primary is what serves from here on, and may be applied again.
  await unmarkFenced(context);
  const lever = leverOf(subject);
  if (lever === undefined)
    return subject.traffic === undefined
      ? awaitDns(context, "primary", { leavesOpen: false })
      : followEndpoint(context, subject.traffic, subject.primary.name);
  if (await isOn(context, lever)) await context.aws.in(lever.region).remove(lever.bucketName, lever.key);
  context.tell(`the switch is off; users follow within ${lever.totalSeconds} s`);
  return followSwitch(context, lever, "off", undefined);
}

/** In mode automatic traffic follows the primary's endpoint; waits for as long as checkers and resolvers take. */
async function followEndpoint(context: RecoveryContext, traffic: TrafficSpec, to: string): Promise<string> {
  const { totalSeconds } = cutOver(traffic.config.healthCheck);
  const { region } = context.standby;
  const since = await awsTime(context, { region });
  return waitFor(context, {
    what: `for users to follow the primary's endpoint to ${to}`,
    expectedMinutes: Math.ceil(totalSeconds / 60),
    longestMinutes: totalSeconds / 60 + 5,
    everyMs: EVERY_MS,
    next: clockCommands(region),
    probe: async () =>
      (await awsTime(context, { region })).getTime() - since.getTime() >= totalSeconds * 1000
        ? { done: true, evidence: `traffic moves by itself to ${to}, and had ${totalSeconds} s to do so` }
        : { done: false, progress: `traffic moves by itself within ${totalSeconds} s` },
  });
}

/**
 * Waits until the arithmetic of health checks and resolvers says that users have followed: no control plane is asked,
 * which may be down, and no resolver, which knows of itself only.
 *
 * By AWS's clock, since a switch that was found on bears its time.
 */
async function followSwitch(
  context: RecoveryContext,
  lever: Lever,
  position: "on" | "off",
  turnedAt: Date | undefined,
): Promise<string> {
  const since = turnedAt ?? (await awsTime(context, lever));
  return waitFor(context, {
    what: "for users to follow the switch",
    expectedMinutes: Math.ceil(lever.totalSeconds / 60),
    longestMinutes: lever.totalSeconds / 60 + 5,
    everyMs: EVERY_MS,
    next: clockCommands(lever.region),
    probe: async () => {
      const seconds = Math.floor(((await awsTime(context, lever)).getTime() - since.getTime()) / 1000);
      return seconds >= lever.totalSeconds
        ? { done: true, evidence: `the switch is ${position} since ${formatTime(since)}` }
        : { done: false, progress: `${position} since ${formatTime(since)}` };
    },
  });
}

const awsTime = async ({ aws, now }: RecoveryContext, { region }: Pick<Lever, "region">): Promise<Date> =>
  (await aws.in(region).caller()).awsTime ?? now();

const clockCommands = (region: string): readonly string[] => [
  "# AWS's clock does not go on; see whether the region answers",
  `aws sts get-caller-identity --region ${region}`,
];
