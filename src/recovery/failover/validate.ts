import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { usersNames } from "../dns/users-names.ts";
import { switchOf } from "../checks/switch.ts";
import { ensureRecord } from "../record.ts";
import { capacityOf, lookCommand } from "../steps/capacity.ts";
import type { Calls, RecoveryContext } from "../steps/step.ts";
import { type Sight, waitFor } from "../steps/wait.ts";
import type { Subject } from "../subject.ts";
import { VALIDATION_ACTIONS, type Validation, validateService } from "../validation/validate.ts";

/** What a validation calls. */
export function validationCalls({ standby, ...subject }: Subject): readonly Calls[] {
  const lever = switchOf({ standby, ...subject });
  return [
    {
      region: standby.region,
      actions: ["ecs:DescribeServices", ...VALIDATION_ACTIONS],
    },
    ...(lever === undefined ? [] : [{ region: lever.region, actions: ["s3:ListBucket"] }]),
  ];
}

/** A rule of a security group and a started task are there within seconds, an alarm's next look within minutes. */
const LONGEST_MINUTES = 10;
const EVERY_MS = 5000;

/** Asks the standby as users do, now that they are on it, and whether it reaches its data. */
export async function validate(context: RecoveryContext): Promise<string> {
  await ensureRecord(context, "active");
  const { standby: spec } = await context.subject();
  return awaitValid(context, spec, context.standby);
}

/** Waits until an environment serves as users expect. */
export async function awaitValid(
  context: RecoveryContext,
  spec: ServiceSpec,
  aws: RegionalAws,
): Promise<string> {
  const [userName] = usersNames(await context.subject());
  const { http } = context;
  const capacity = await capacityOf(spec, aws);
  const running = `${capacity?.running ?? 0} ${capacity?.unit ?? "tasks"} run`;
  return waitFor(context, {
    what: "until the service answers and no alarm is on",
    expectedMinutes: undefined,
    longestMinutes: LONGEST_MINUTES,
    everyMs: EVERY_MS,
    next: [`# traffic leads to ${spec.name}; read why it does not serve, then go on`, lookCommand(spec)],
    probe: async () => sightOf(await validateService({ spec, aws, http, userName }), running),
  });
}

/** What contradicts that an environment serves as users expect. */
export async function validContradiction(
  { subject, http }: RecoveryContext,
  spec: ServiceSpec,
  aws: RegionalAws,
): Promise<string | undefined> {
  const [userName] = usersNames(await subject());
  const seen = sightOf(await validateService({ spec, aws, http, userName }), "");
  return seen.done ? undefined : seen.progress;
}

function sightOf({ valid, proofs }: Validation, running: string): Sight {
  const shown = proofs
    .filter(({ outcome }) => valid || outcome === "fails")
    .map(
      ({ id, evidence, remedy }) =>
        `${id}: ${evidence}${valid || remedy === undefined ? "" : ` (${remedy})`}`,
    );
  return valid
    ? { done: true, evidence: [running, ...shown].join("; ") }
    : { done: false, progress: shown.join("; ") };
}
