import { identifierOf } from "../../database/source.ts";
import { expectationOf } from "../guard/expectation.ts";
import { ensureRecord } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { SET_ASIDE, setAside } from "../steps/set-aside.ts";
import { takeUpApply } from "../steps/take-up-apply.ts";
import type { Subject } from "../subject.ts";

/**
 * Brings the database back, and the compute with it: the record says `restored`, and Terraform does the rest.
 *
 * @param replaceable identifier of a restored database that a person has given up
 */
export async function restoreDatabase(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
  replaceable: string | undefined,
): Promise<string> {
  await ensureRecord(context, "restored");
  await context.terraform.synthesize();
  const subject = await context.subject();
  const { standby } = subject;
  const { recoveryPoint } = context.run();
  const stack = standby.name;
  const expectation = expectationOf(standby, "restore", {
    databasesMayGo: [
      identifierOf(standby.names, undefined),
      ...(replaceable === undefined ? [] : [replaceable]),
    ],
    ...(recoveryPoint && { restoredFrom: recoveryPoint.arn }),
  });
  await setAside(context, standby);
  await takeUpApply(context, standby, context.standby, expectation);
  const evidence = await applyGuarded(context, {
    stack,
    expectation,
    expectedMinutes,
    postponed: [SET_ASIDE],
  });
  return `${restoredIdentifier(subject)} is restored; ${evidence}`;
}

/** Identifier of the database that the record names. */
export const restoredIdentifier = ({ standby }: Subject): string =>
  identifierOf(standby.names, standby.recoveryPoint);
