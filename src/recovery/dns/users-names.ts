import type { ServiceSpec } from "../../config/spec.ts";
import type { Subject } from "../subject.ts";

/** Names that the files give for the users; none where only the certificates know them. */
export function usersNames({ pair, traffic }: Pick<Subject, "pair" | "traffic">): readonly string[] {
  const { userNames } = pair.primary.config.ingress;
  if (userNames.length > 0) return userNames;
  return traffic === undefined ? [] : [traffic.config.recordName];
}

/** The same in words, for a person who changes DNS. */
export function namesText(subject: Pick<Subject, "pair" | "traffic">): string {
  const names = usersNames(subject);
  return names.length === 0 ? "the users' name" : names.join(", ");
}

/** Begins the evidence of a wait whose end was seen: the time of the run counts it. */
export const DNS_FOLLOWED = "DNS was waited for: ";

/** Steps that move users. */
const MOVES_USERS: ReadonlySet<string> = new Set(["cut-over", "dns-back", "cut-back", "cut-over-again"]);

/** What a step waits for where DNS is changed elsewhere; undefined where it does not. */
export function dnsWait(
  subject: Pick<Subject, "pair" | "traffic" | "primary" | "standby">,
  step: string,
): string | undefined {
  if (subject.traffic !== undefined || !MOVES_USERS.has(step)) return undefined;
  const to = step === "cut-over" || step === "cut-over-again" ? subject.standby : subject.primary;
  return `${namesText(subject)} must lead to ${to.name}`;
}

/** What a step does that moves users without a switch. */
export const waitTitle = (
  subject: Pick<Subject, "pair" | "traffic">,
  { name }: Pick<ServiceSpec, "name">,
): string =>
  subject.traffic === undefined
    ? `waits until ${namesText(subject)} leads to ${name}; DNS is changed elsewhere`
    : `waits until traffic has moved to ${name} by itself`;
