import { AwsFailure, type FailureKind } from "../../aws/failure.ts";
import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { Damaged } from "../damage.ts";
import { type IngressState, ingressStateOf } from "../fence/ingress.ts";
import { type Capacity, capacityOf } from "../steps/capacity.ts";

/** An answer, or why there is none. */
export type Seen<Value> =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly because: string; readonly kind: FailureKind | "damaged" };

/** What AWS says of one side of the pair. */
export interface SideSeen {
  /** Why nothing at all is known of it; undefined when something is. */
  readonly silence: FailureKind | "damaged" | undefined;
  /** What the first question without an answer was told. */
  readonly problem: string | undefined;
  readonly ingress: Seen<IngressState>;
  readonly capacity: Seen<Capacity | undefined>;
  readonly targets: Seen<{ readonly healthy: number; readonly all: number }>;
  /** AWS's word for the database that the files name; undefined when there is none. */
  readonly database: Seen<string | undefined>;
}

/** A report waits no longer for a region. */
const PATIENCE_MS = 8000;

/** Asks for everything that says whether a side serves; never rejects for an error of AWS. */
export async function observeSide(
  spec: ServiceSpec,
  aws: RegionalAws,
  databaseIdentifier: string,
  patienceMs = PATIENCE_MS,
): Promise<SideSeen> {
  const ask = <Value>(question: Promise<Value>) => seen(question, spec.region, patienceMs);
  const [ingress, capacity, targets, database] = await Promise.all([
    ask(ingressStateOf(spec, aws)),
    ask(capacityOf(spec, aws)),
    ask(targetsOf(spec, aws)),
    ask(aws.database(databaseIdentifier).then((found) => found?.status)),
  ]);
  const lacking = [ingress, capacity, targets, database].flatMap((one) => (one.known ? [] : [one]));
  return {
    silence: lacking.length < 4 ? undefined : lacking[0]?.kind,
    problem: lacking[0]?.because,
    ingress,
    capacity,
    targets,
    database,
  };
}

/** Whether users who are led there are served; undefined when that is not known. */
export function servesUsers({
  ingress,
  targets,
}: Pick<SideSeen, "ingress" | "targets">): boolean | undefined {
  if (ingress.known && ingress.value !== "open") return false;
  if (targets.known && targets.value.healthy === 0) return false;
  return ingress.known && targets.known ? true : undefined;
}

/** Whether it is kept from writing; undefined when that is not known. */
export function isFenced({ ingress, capacity }: SideSeen): boolean | undefined {
  if (ingress.known && ingress.value === "open") return false;
  if (capacity.known && capacity.value !== undefined) {
    const { running, desired } = capacity.value;
    if (running > 0 || desired > 0) return false;
  }
  return ingress.known && capacity.known ? true : undefined;
}

/** The same in words. */
export function sideText(spec: ServiceSpec, side: SideSeen): string {
  if (side.silence === "unreachable") return `${spec.region} does not answer`;
  if (side.silence !== undefined) return `nothing is known of it: ${side.problem ?? ""}`;
  return [ingressText(side), capacityText(side), targetsText(side), databaseText(side)].join(", ");
}

/** Who is let in. */
export const ingressText = ({ ingress }: SideSeen): string =>
  ingress.known ? INGRESS[ingress.value] : "ingress not known";

const INGRESS: Readonly<Record<IngressState, string>> = {
  open: "open to users",
  closed: "closed to users",
  fenced: "closed by the fence",
  none: "no load balancer",
};

/** What runs. */
export function capacityText({ capacity }: SideSeen): string {
  if (!capacity.known) return "compute not known";
  if (capacity.value === undefined) return "no service";
  const { running, desired, unit } = capacity.value;
  return running === 0 && desired === 0 ? "nothing runs" : `${running} of ${desired} ${unit} run`;
}

function targetsText({ targets }: SideSeen): string {
  if (!targets.known) return "targets not known";
  const { healthy, all } = targets.value;
  return all === 0 ? "no targets" : `${healthy} of ${all} targets healthy`;
}

/** What the database is doing. */
export const databaseText = ({ database }: SideSeen): string =>
  database.known ? `database ${database.value ?? "missing"}` : "database not known";

async function targetsOf(
  { names }: ServiceSpec,
  aws: RegionalAws,
): Promise<{ readonly healthy: number; readonly all: number }> {
  const balancer = await aws.loadBalancer(names.of("alb"));
  const targets = balancer === undefined ? [] : await aws.targets(balancer.arn);
  return { healthy: targets.filter(({ state }) => state === "healthy").length, all: targets.length };
}

/** A question with a limit; an error is never an answer (T47). */
export async function seen<Value>(
  question: Promise<Value>,
  region: string,
  patienceMs = PATIENCE_MS,
): Promise<Seen<Value>> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<Seen<Value>>((resolve) => {
    const because = `${region} gave no answer within ${patienceMs / 1000} s`;
    timer = setTimeout(() => resolve({ known: false, because, kind: "unreachable" }), patienceMs);
  });
  const answer = question.then(
    (value): Seen<Value> => ({ known: true, value }),
    (error: unknown): Seen<Value> => ({
      known: false,
      because: error instanceof Error ? error.message : String(error),
      kind: error instanceof AwsFailure ? error.kind : error instanceof Damaged ? "damaged" : "failed",
    }),
  );
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}
