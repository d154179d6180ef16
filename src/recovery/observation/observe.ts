import type { Inquiry } from "../checks/check.ts";
import { recordDoubtOf } from "../doubt.ts";
import { identifierOf } from "../../database/source.ts";
import { type HeldLock, readLock } from "../journal/lock.ts";
import { databaseIdentifier } from "../recovery-points.ts";
import { type CurrentRun, currentRun } from "./current-run.ts";
import { type Outlook, outlookOf } from "./next.ts";
import { isFenced, observeSide, seen, type Seen, type SideSeen } from "./side.ts";
import { askSwitch, type Users, usersOf } from "./users.ts";

/** What AWS says of the pair now. Files say what was meant; they are not asked. */
export interface Observation extends Outlook {
  readonly users: Users;
  readonly primary: SideSeen;
  readonly standby: SideSeen;
  /** Whether the primary is kept from writing; undefined when that is not known. */
  readonly isPrimaryFenced: boolean | undefined;
  readonly current: CurrentRun | undefined;
  readonly lock: Seen<HeldLock | undefined>;
}

/** Looks at both sides, the switch, the lock and the journals. Never rejects for an error of AWS. */
export async function observe(inquiry: Inquiry): Promise<Observation> {
  const { subject, aws, place } = inquiry;
  const lever = askSwitch(subject, aws);
  const [primary, standby, isSwitchOn, lock, clock, history, doubt] = await Promise.all([
    observeSide(subject.primary, inquiry.primary, databaseIdentifier(subject)),
    observeSide(
      subject.standby,
      inquiry.standby,
      identifierOf(subject.standby.names, subject.standby.recoveryPoint),
    ),
    lever === undefined ? undefined : seen(lever.isOn, lever.region),
    seen(readLock(place, aws.in(place.region)), place.region),
    seen(inquiry.standby.caller(), subject.standby.region),
    inquiry.history(),
    recordDoubtOf(inquiry),
  ]);
  // A holder's signs of life bear AWS's time.
  const now = (clock.known ? clock.value.awsTime : undefined) ?? inquiry.now;
  const users = usersOf(subject, { primary, standby, isSwitchOn });
  const current = currentRun(subject, history.runs, lock, now);
  return {
    users,
    primary,
    standby,
    isPrimaryFenced: isFenced(primary),
    current,
    lock,
    ...outlookOf(subject, { users, primary, standby, current, doubt, now }),
  };
}
