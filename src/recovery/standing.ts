import { setTimeout as delay } from "node:timers/promises";
import { AwsFailure } from "../aws/failure.ts";
import type { RegionalAws } from "../aws/port.ts";
import type { ServiceSpec } from "../config/spec.ts";
import { postureOf } from "./checks/inapplicable.ts";
import { fenceStateOf } from "./fence/wholly.ts";
import { servingOf } from "./steps/serving.ts";
import type { Subject } from "./subject.ts";

/** Who serves users now, as AWS says. */
export interface Standing {
  /** Undefined where a member that may serve was not seen. */
  readonly isAnyoneServed: boolean | undefined;
  /** Both members, in words. */
  readonly text: string;
}

/** Whoever reads a failure waits no longer for a region that does not answer. */
const PATIENCE_MS = 8000;

interface Seen {
  readonly serves: boolean | undefined;
  readonly text: string;
}

/** Looks what is closed and what is stopped. Never rejects because AWS refuses or does not answer: that is not known then. */
export async function standingOf(
  subject: Subject,
  primary: RegionalAws,
  standby: RegionalAws,
): Promise<Standing> {
  const members = await Promise.all([look(subject.primary, primary), lookAtStandby(subject, standby)]);
  const isAnyoneServed = members.some(({ serves }) => serves === true)
    ? true
    : members.every(({ serves }) => serves === false)
      ? false
      : undefined;
  return { isAnyoneServed, text: members.map(({ text }) => text).join("; ") };
}

async function lookAtStandby(subject: Subject, aws: RegionalAws): Promise<Seen> {
  const { standby: spec } = subject;
  switch (postureOf(subject)) {
    case "standby":
      return { serves: false, text: `${spec.name} is a pilot light` };
    case "restored":
      return { serves: false, text: `${spec.name} is restored, and closed` };
    case "active":
      return look(spec, aws);
  }
}

async function look(spec: ServiceSpec, aws: RegionalAws): Promise<Seen> {
  const silence = delay(PATIENCE_MS, `${spec.region} does not answer`, { ref: false });
  try {
    const found = await Promise.race([Promise.all([servingOf(spec, aws), fenceStateOf(spec, aws)]), silence]);
    if (typeof found === "string") return notKnown(spec, found);
    const [{ servesAnyone }, { evidence }] = found;
    return { serves: servesAnyone, text: evidence };
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return notKnown(spec, error.message);
  }
}

const notKnown = ({ name }: ServiceSpec, why: string): Seen => ({
  serves: undefined,
  text: `whether ${name} is open is not known: ${why}`,
});
