import type { Aws } from "../../aws/port.ts";
import { switchOf } from "../checks/switch.ts";
import type { Subject } from "../subject.ts";
import { type Seen, servesUsers, type SideSeen, sideText } from "./side.ts";

/** A side of the pair. */
export type SideName = "primary" | "standby";

/** Where users are led, and who serves them. */
export interface Users {
  readonly ledTo: SideName | "not known";
  readonly servedBy: SideName | "nobody" | "not known";
  /** The same in one sentence. */
  readonly sentence: string;
  /** What says where users are led. */
  readonly how: string;
}

/** What was seen of both sides and of the switch; undefined where no operator moves the traffic. */
export interface Facts {
  readonly primary: SideSeen;
  readonly standby: SideSeen;
  readonly isSwitchOn: Seen<boolean> | undefined;
}

/** Concludes who serves users from what was seen, and from nothing else: no file says it. */
export function usersOf(subject: Subject, facts: Facts): Users {
  const { ledTo, how } = leadOf(subject, facts);
  if (ledTo === "not known") return withoutLead(subject, facts, how);
  const spec = subject[ledTo];
  const serves = servesUsers(facts[ledTo]);
  const seen = sideText(spec, facts[ledTo]);
  switch (serves) {
    case undefined:
      return {
        ledTo,
        servedBy: "not known",
        sentence: `whether users are served is not known: they are led to ${spec.name}, and ${seen}`,
        how,
      };
    case true:
      return { ledTo, servedBy: ledTo, sentence: `${spec.name} in ${spec.region} serves users`, how };
    case false:
      return {
        ledTo,
        servedBy: "nobody",
        sentence: `NOBODY is served: users are led to ${spec.name}, which does not serve: ${seen}`,
        how,
      };
  }
}

type Lead = Pick<Users, "ledTo" | "how">;

function leadOf(subject: Subject, facts: Facts): Lead {
  const { isSwitchOn } = facts;
  if (isSwitchOn === undefined) return leadWithoutSwitch(subject, facts);
  if (!isSwitchOn.known)
    return { ledTo: "not known", how: `the switch can't be read: ${isSwitchOn.because}` };
  return isSwitchOn.value
    ? { ledTo: "standby", how: "the switch is on" }
    : { ledTo: "primary", how: "the switch is off" };
}

/** Without a switch nobody can be asked: the side that serves, where the other one is known not to. */
function leadWithoutSwitch({ traffic }: Subject, { primary, standby }: Facts): Lead {
  const how = traffic === undefined ? "DNS is changed elsewhere" : "traffic moves by itself";
  const [here, there] = [servesUsers(primary), servesUsers(standby)];
  if (here === true && there === false) return { ledTo: "primary", how };
  if (there === true && here === false) return { ledTo: "standby", how };
  return { ledTo: "not known", how };
}

function withoutLead(subject: Subject, { primary, standby }: Facts, how: string): Users {
  const [here, there] = [servesUsers(primary), servesUsers(standby)];
  const sides = `${subject.primary.name}: ${sideText(subject.primary, primary)}; ${subject.standby.name}: ${sideText(subject.standby, standby)}`;
  if (here === false && there === false)
    return { ledTo: "not known", servedBy: "nobody", sentence: `NOBODY is served: ${sides}`, how };
  const what =
    here === true && there === true
      ? "both sides serve, and which of them users reach is not known"
      : "who serves users is not known";
  return { ledTo: "not known", servedBy: "not known", sentence: `${what}: ${sides}`, how };
}

/** Asks the switch; undefined where no operator moves the traffic. */
export function askSwitch(
  subject: Subject,
  aws: Aws,
): { readonly region: string; readonly isOn: Promise<boolean> } | undefined {
  const found = switchOf(subject);
  if (found === undefined) return undefined;
  const { region, bucketName, key } = found;
  const isOn = aws
    .in(region)
    .list(bucketName, key)
    .then((keys) => keys.includes(key));
  return { region, isOn };
}
