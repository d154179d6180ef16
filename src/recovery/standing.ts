import { identifierOf } from "../database/source.ts";
import type { Aws } from "../aws/port.ts";
import { observeSide, seen, sideText } from "./observation/side.ts";
import { askSwitch, type Users, usersOf } from "./observation/users.ts";
import { databaseIdentifier } from "./recovery-points.ts";
import type { Subject } from "./subject.ts";

/** Who serves users now, as AWS says. */
export interface Standing {
  /** Undefined where it was not seen. */
  readonly isAnyoneServed: boolean | undefined;
  /** Where users are led, and both members, in words. */
  readonly text: string;
}

/**
 * Looks what is closed, what is stopped and where users are led: a side that is open serves nobody while they are led to the
 * other one. Never rejects because AWS refuses or does not answer: that is not known then.
 *
 * @param dnsWait the change of DNS that a run has waited for in vain: load balancers alone do not say where users are led then
 */
export async function standingOf(subject: Subject, aws: Aws, dnsWait?: string): Promise<Standing> {
  const { primary, standby } = subject;
  const lever = askSwitch(subject, aws);
  const [here, there, isSwitchOn] = await Promise.all([
    observeSide(primary, aws.in(primary.region), databaseIdentifier(subject)),
    observeSide(standby, aws.in(standby.region), identifierOf(standby.names, standby.recoveryPoint)),
    lever === undefined ? undefined : seen(lever.isOn, lever.region),
  ]);
  const { ledTo, servedBy, how } = usersOf(subject, { primary: here, standby: there, isSwitchOn });
  const lead =
    dnsWait !== undefined
      ? `${dnsWait}, which was not seen`
      : ledTo === "not known"
        ? `where users are led is not known (${how})`
        : `users are led to ${subject[ledTo].name}`;
  return {
    isAnyoneServed: dnsWait === undefined ? SERVED[servedBy] : undefined,
    text: [
      lead,
      `${primary.name}: ${sideText(primary, here)}`,
      `${standby.name}: ${sideText(standby, there)}`,
    ].join("; "),
  };
}

const SERVED: Readonly<Record<Users["servedBy"], boolean | undefined>> = {
  primary: true,
  standby: true,
  nobody: false,
  "not known": undefined,
};
