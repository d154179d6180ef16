import type { Snapshot } from "../../aws/data.ts";
import { agreeOnPoint } from "../record-in-force.ts";
import { recordOf } from "../record.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { type Assertion, contradictions } from "./assertion.ts";
import { databaseContradiction } from "./database.ts";

/** What contradicts that a snapshot can be used. */
export const snapshotContradiction = (arn: string, snapshot: Snapshot | undefined): string | undefined =>
  snapshot?.status === "available"
    ? undefined
    : snapshot === undefined
      ? `there is no snapshot ${arn}`
      : `${arn} is ${snapshot.status}`;

/** That the primary has the database of this run's recovery point, and that its record says so. */
export async function primaryRestored(context: RecoveryContext): Promise<string | undefined> {
  if (context.run().recoveryPoint === undefined) return "no recovery point was chosen in this run";
  const { primary } = await context.subject();
  const { recoveryPoint } = recordOf(context.run(), "restored");
  return contradictions(
    primaryRecord(context, ["restored", "active"]),
    databaseContradiction(primary, context.primary, recoveryPoint),
  );
}

/** What contradicts that the primary's record has one of these postures, from the point of this run. */
export async function primaryRecord(
  context: RecoveryContext,
  postures: readonly ("restored" | "active")[],
): Promise<string | undefined> {
  const { activation, name } = (await context.subject()).pair.primary;
  const isOne = postures.some(
    (posture) =>
      activation?.posture === posture && agreeOnPoint(activation, recordOf(context.run(), posture)),
  );
  return isOne
    ? undefined
    : `${name}.activation.json is ${activation?.posture ?? "missing"}, and not ${postures.join(" or ")} from the recovery point of this run`;
}

/** That the databases which a step says that it keeps are there, and can't be deleted by a plan. */
export const keptAsSaid =
  (step: string): Assertion =>
  async ({ aws, run }) => {
    const { kept, steps } = run();
    const done = steps.get(step);
    const said = done?.state === "done" ? done.evidence : "";
    const claimed = kept.filter(({ identifier }) => said.includes(`${identifier} is kept`));
    return contradictions(
      ...claimed.map(async ({ identifier, region }) => {
        const found = await aws.in(region).database(identifier);
        if (found === undefined) return `${identifier} is gone from ${region}`;
        return found.protected ? undefined : `${identifier} is not protected from deletion`;
      }),
    );
  };
