import type { ServiceSpec } from "../config/spec.ts";
import { postureOf } from "../recovery/checks/inapplicable.ts";
import type { Subject } from "../recovery/subject.ts";

/** One side of the pair as the picture shows it. */
export interface Side {
  readonly title: string;
  readonly region: string;
  /** Whether users are meant to reach it. */
  readonly serves: boolean;
  readonly parts: readonly Part[];
}

/** A part of a side, and whether it is on. */
export interface Part {
  readonly name: string;
  readonly detail: string;
  readonly on: boolean;
}

/** The pair: two sides, and what flows from the one that serves. */
export interface Picture {
  readonly primary: Side;
  readonly standby: Side;
  /** What crosses the regions. */
  readonly flows: readonly string[];
  /** The same in a sentence, for whoever can't see it. */
  readonly description: string;
}

/** What the environment files and the activation record say of the pair; nothing of it is asked of AWS. */
export function pictureOf(subject: Subject): Picture {
  const { primary, standby } = subject;
  const posture = postureOf(subject);
  const serving = posture === "active" ? standby : primary;
  const sides = {
    primary: sideOf(primary, { serves: serving === primary, runs: true, isOpen: true }),
    standby: sideOf(standby, {
      serves: serving === standby,
      runs: posture !== "standby",
      isOpen: posture === "active",
    }),
  };
  const flows = flowsOf(serving, subject);
  const crossing = flows.length === 0 ? "nothing crosses" : `${flows.join(" and ")} cross`;
  return {
    ...sides,
    flows,
    description: `${serving.name} in ${serving.region} serves; ${standby.name} is in posture ${posture}; ${crossing} to the other region`,
  };
}

function sideOf(
  spec: ServiceSpec,
  { serves, runs, isOpen }: { serves: boolean; runs: boolean; isOpen: boolean },
): Side {
  const { database } = spec.config;
  const size = `${database.instanceClass}, ${database.storageGiB} GiB`;
  const isMinimal = !runs && spec.recoveryPoint === undefined;
  return {
    title: spec.name,
    region: spec.region,
    serves,
    parts: [
      { name: "ingress", detail: isOpen ? "public HTTPS" : "closed to the public", on: isOpen },
      { name: "compute", detail: runs ? "at full size" : "nothing runs", on: runs },
      {
        name: "database",
        detail: isMinimal ? `minimal: ${size}` : `${size}${database.multiAz ? ", two zones" : ""}`,
        on: !isMinimal,
      },
    ],
  };
}

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
