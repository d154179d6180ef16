import type { ServiceSpec } from "../../config/spec.ts";
import { identifierOf } from "../../database/source.ts";
import { expectationOf } from "../guard/expectation.ts";
import { restoredFrom } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { takeUpApply } from "../steps/take-up-apply.ts";
import { namesOfCopy, takeLeftovers } from "./take-leftovers.ts";

/** The copy that this run is about; before a recovery point is chosen it is only good for being removed. */
export async function copyOf({ subject, run }: RecoveryContext): Promise<ServiceSpec> {
  const { recoveryPoint } = run();
  return (await subject()).copy(recoveryPoint && restoredFrom(recoveryPoint));
}

/** Brings the copy up, database first: Terraform knows the order. What an attempt that was killed has made is gone on with. */
export async function makeCopy(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  const copy = await copyOf(context);
  const { recoveryPoint } = context.run();
  await synthesizeCopy(context, copy);
  const expectation = expectationOf(copy, "drill", {
    ...(recoveryPoint && { restoredFrom: recoveryPoint.arn }),
  });
  const database = await context.standby.database(identifierOf(copy.names, copy.recoveryPoint));
  if (database !== undefined) await takeUpApply(context, copy, context.standby, expectation);
  return applyGuarded(context, {
    stack: copy.name,
    expectation,
    expectedMinutes,
    // Nobody drills while a control plane is down, and what is borrowed has to be looked up.
    options: { refresh: true },
  });
}

/** Two of a kind that a killed apply has made are taken and destroyed one after the other. */
const MOST_ROUNDS = 3;

/**
 * Removes the copy: what its state lists, and what AWS has of it besides.
 *
 * @param mayLack whether an apply may have been cut off, so that the state lacks what it has made: that is looked for first, since Terraform
 * would wait for what it stands in the way of
 */
export async function removeCopy(context: RecoveryContext, mayLack: boolean): Promise<string> {
  const copy = await copyOf(context);
  await synthesizeCopy(context, copy);
  const done: string[] = [];
  for (let round = 1; ; round += 1) {
    const taken = mayLack || round > 1 ? await takeLeftovers(context, copy) : 0;
    if (taken > 0) done.push(`${taken} that its state lacked were taken into it`);
    else if (round > 1) return done.join("; ");
    const removed = await applyGuarded(context, {
      stack: copy.name,
      expectation: expectationOf(copy, "drill-destroy"),
      expectedMinutes: undefined,
      options: { refresh: true, destroy: true },
    });
    done.push(removed);
    const left = await context.standby.resourcesNamed(namesOfCopy(copy));
    if (left.length === 0 || round === MOST_ROUNDS) return done.join("; ");
  }
}

const synthesizeCopy = ({ terraform }: RecoveryContext, { copyOf: of, recoveryPoint }: ServiceSpec) =>
  terraform.synthesize({ of: of?.name ?? "", recoveryPoint });
