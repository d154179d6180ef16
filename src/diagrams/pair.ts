import type { Posture } from "../config/posture.ts";
import type { ServiceSpec, Specs } from "../config/spec.ts";
import { resourcesOf, type Template } from "../guardrails/template.ts";
import type { Arrow, Box } from "./picture.ts";
import { serviceParts } from "./service.ts";
import { bootstrapParts, GLOBAL, RECORDS_ID, stateId, SWITCH_ID, trafficParts } from "./shared.ts";

/** A column of the picture: the part of the network that something lies below or above. */
export type Column = "public" | "private" | "data" | "beside";

/** One region of the pair. */
export interface PairedRegion {
  readonly id: string;
  readonly title: string;
  readonly vpc: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** What the regions exchange, and what moves the traffic: between the two networks. */
  readonly between: readonly { readonly box: Box; readonly column: Column }[];
}

/** The pair before anything has a place: the primary above, the standby below, and who is served beside them. */
export interface PairPicture {
  readonly posture: Posture;
  readonly title: string;
  readonly description: string;
  readonly entrance: readonly Box[];
  readonly primary: PairedRegion;
  readonly standby: PairedRegion;
  /** From one region to the other, and between a network and what lies between the networks. */
  readonly arrows: readonly Arrow[];
  /** From the records to load balancers, and from the switch to the records. */
  readonly traffic: readonly Arrow[];
}

const LEAST_WIDTH = 184;

const DESCRIPTIONS = {
  standby:
    "Users reach the primary. The standby keeps a closed load balancer, nothing that runs and a minimal database, and receives backups, images and state.",
  restored:
    "The standby's database is restored and its service runs at the primary's size, still closed to the public. Users are still sent to the primary.",
  active: "Users are sent to the standby, which is a whole production environment now.",
} as const;

/** A pair with everything that its two regions exchange. */
export function pairPicture(
  { bootstrap, services, traffic }: Specs,
  templates: ReadonlyMap<string, Template>,
): PairPicture {
  const of = (name: string): Template => templates.get(name) ?? missing(name);
  const [primary, standby] = pairOf(services);
  const { posture } = standby.role;
  const state = bootstrap && bootstrapParts(bootstrap, of(bootstrap.name));
  const records = traffic && trafficParts(traffic, of(traffic.name));
  const region = (spec: ServiceSpec, suffix: string): PairedRegion => {
    const { vpc, beside, arrows } = serviceParts(spec, of(spec.name));
    const inside = new Set(["load-balancer", "compute", "database"].map((part) => `${spec.name}.${part}`));
    const named = (id: string, column: Column) =>
      [...beside, ...(state?.boxes.get(spec.region) ?? []), ...(records?.boxes.get(spec.region) ?? [])]
        .filter((box) => box.id === id)
        .map((box) => ({ box: wide(box), column }));
    return {
      id: spec.name,
      title: `${spec.name} · ${spec.region} · ${suffix}`,
      vpc: vpc.map(wide),
      arrows: arrows.filter(({ from, to }) => inside.has(from) && inside.has(to)),
      between: [
        ...named(SWITCH_ID, "public"),
        ...named(`${spec.name}.repository`, "private"),
        ...named(`${spec.name}.vault`, "data"),
        ...named(stateId(spec.region), "beside"),
      ],
    };
  };
  return {
    posture,
    title: `${primary.name} and its standby ${standby.name} in posture ${posture}`,
    description: DESCRIPTIONS[posture],
    entrance: (records?.boxes.get(GLOBAL) ?? []).map(wide),
    primary: region(primary, "primary region"),
    standby: region(standby, `posture ${posture}`),
    arrows: [...exchanges(primary, standby, of), ...(state?.arrows ?? [])],
    traffic: [
      ...entrances(primary, standby),
      ...(records?.arrows.filter(({ from }) => from === SWITCH_ID) ?? []),
    ],
  };
}

const missing = (name: string): never => {
  throw new Error(`stack ${name} was not synthesized`);
};

/** All leaves equally wide, so that what belongs together stands in one column. */
const wide = (box: Box): Box =>
  box.children === undefined
    ? { ...box, leastWidth: LEAST_WIDTH }
    : { ...box, children: box.children.map(wide) };

type StandbySpec = ServiceSpec & { readonly role: { readonly kind: "standby" } };

const isStandby = (spec: ServiceSpec): spec is StandbySpec => spec.role.kind === "standby";

function pairOf(services: readonly ServiceSpec[]): readonly [ServiceSpec, StandbySpec] {
  const standby = services.find(isStandby);
  const primary = services.find(({ name }) => name === standby?.role.recovers);
  if (primary === undefined || standby === undefined) throw new Error("no pair to draw");
  return [primary, standby];
}

/** Who is served by whom: one now, the other once traffic is moved. */
function entrances(primary: ServiceSpec, standby: StandbySpec): readonly Arrow[] {
  const isMoved = standby.role.posture === "active";
  return [
    { from: RECORDS_ID, to: `${primary.name}.load-balancer`, dashed: isMoved },
    { from: RECORDS_ID, to: `${standby.name}.load-balancer`, dashed: !isMoved },
  ];
}

/** What leaves an environment, and what comes back into its database. */
function exchanges(
  primary: ServiceSpec,
  standby: StandbySpec,
  of: (name: string) => Template,
): readonly Arrow[] {
  return [
    { spec: primary, other: standby },
    { spec: standby, other: primary },
  ].flatMap(({ spec: { name, recoveryPoint }, other }): readonly Arrow[] => {
    const template = of(name);
    const has = (type: string): boolean => resourcesOf(template, type).length > 0;
    const plan = JSON.stringify(template.resource["aws_backup_plan"] ?? {});
    return [
      ...(has("aws_ecr_repository")
        ? [{ from: `${name}.repository`, to: `${name}.compute`, label: "image" }]
        : []),
      ...(plan === "{}" ? [] : [{ from: `${name}.database`, to: `${name}.vault`, label: "backups" }]),
      ...(plan === "{}" && recoveryPoint !== undefined
        ? [{ from: `${name}.vault`, to: `${name}.database`, label: "restored" }]
        : []),
      ...(plan.includes("copy_action")
        ? [{ from: `${name}.vault`, to: `${other.name}.vault`, label: "copies" }]
        : []),
      ...(has("aws_ecr_replication_configuration")
        ? [{ from: `${name}.repository`, to: `${other.name}.repository`, label: "images" }]
        : []),
    ];
  });
}
