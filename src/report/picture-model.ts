import type { ServiceSpec } from "../config/spec.ts";
import { postureOf } from "../recovery/checks/inapplicable.ts";
import type { Observation } from "../recovery/observation/observe.ts";
import {
  capacityText,
  databaseText,
  ingressText,
  servesUsers,
  type SideSeen,
} from "../recovery/observation/side.ts";
import type { SideName } from "../recovery/observation/users.ts";
import type { Subject } from "../recovery/subject.ts";

/** What is known of something: it is so, it is not so, or nobody could say. */
export type Knowledge = "yes" | "no" | "unknown";

/** One side of the pair as the picture shows it. */
export interface Side {
  readonly title: string;
  readonly region: string;
  /** Whether users who are led to it are served. */
  readonly serves: Knowledge;
  /** The same in a word or two. */
  readonly state: string;
  readonly parts: readonly Part[];
}

/** A part of a side, and whether it is on. */
export interface Part {
  readonly name: string;
  readonly detail: string;
  readonly on: Knowledge;
}

/** The pair as AWS shows it: two sides, where users are led, and what is meant to cross the regions. */
export interface Picture {
  readonly primary: Side;
  readonly standby: Side;
  /** The side that users are led to; undefined where nobody can say. */
  readonly ledTo: SideName | undefined;
  /** Whether they are served there. */
  readonly served: Knowledge;
  /** What the files send from the side that serves to the other one. */
  readonly flows: readonly string[];
  /** The side that the flows start from. */
  readonly flowsFrom: SideName;
  /** The same in a sentence, for whoever can't see it. */
  readonly description: string;
}

/** The pair as it was seen; only what crosses the regions is what the files say. */
export function pictureOf(subject: Subject, observation: Observation): Picture {
  const { primary, standby } = subject;
  const { users } = observation;
  const flowsFrom = postureOf(subject) === "active" ? "standby" : "primary";
  const flows = flowsOf(subject[flowsFrom], subject);
  const crossing =
    flows.length === 0
      ? "nothing is set up to cross to the other region"
      : `${flows.join(" and ")} are set up to cross to the other region`;
  const ledTo = users.ledTo === "not known" ? undefined : users.ledTo;
  return {
    primary: sideOf(primary, observation.primary, ledTo === "primary"),
    standby: sideOf(standby, observation.standby, ledTo === "standby"),
    ledTo,
    served: users.servedBy === "not known" ? "unknown" : users.servedBy === "nobody" ? "no" : "yes",
    flows,
    flowsFrom,
    description: `${users.sentence}; the record says that ${standby.name} is ${postureOf(subject)}; ${crossing}`,
  };
}

const knowledge = (known: boolean | undefined): Knowledge =>
  known === undefined ? "unknown" : known ? "yes" : "no";

function sideOf(spec: ServiceSpec, seen: SideSeen, isLedTo: boolean): Side {
  const canServe = servesUsers(seen);
  const { ingress, capacity, database } = seen;
  const running = capacity.known ? (capacity.value?.running ?? 0) > 0 : undefined;
  const words = {
    yes: isLedTo ? "serves" : "also open",
    no: isLedTo ? "DOES NOT SERVE" : "closed",
    unknown: "not known",
  };
  const serves = knowledge(canServe);
  return {
    title: spec.name,
    region: spec.region,
    serves,
    state: seen.silence === undefined ? words[serves] : "no answer",
    parts: [
      {
        name: "ingress",
        detail: withoutName("ingress", ingressText(seen)),
        on: knowledge(ingress.known ? ingress.value === "open" : undefined),
      },
      { name: "compute", detail: withoutName("compute", capacityText(seen)), on: knowledge(running) },
      {
        name: "database",
        detail: withoutName("database", databaseText(seen)),
        on: knowledge(database.known ? database.value === "available" : undefined),
      },
    ],
  };
}

const withoutName = (name: string, text: string): string => text.replace(`${name} `, "");

function flowsOf(serving: ServiceSpec, { objectives, replicated }: Subject): readonly string[] {
  const names = {
    "backup-copy": ["backups"],
    "automated-backups": serving.role.kind === "primary" ? ["snapshots and logs"] : [],
    "manual-snapshot": [],
  };
  return [
    ...(objectives.strategy === undefined ? [] : names[objectives.strategy]),
    ...(serving.imagesTo.length === 0 ? [] : ["images"]),
    ...(replicated.length === 0 ? [] : ["state"]),
  ];
}
