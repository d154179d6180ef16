import type { PlannedChange } from "../terraform/terraform.ts";
import type { RecoveryContext } from "./step.ts";

/**
 * Drops from a state what an apply that was cut off has removed, and had no time to write down.
 *
 * Plans of a recovery do not ask AWS (T37), so that each would remove it once more, and fail on it. Here AWS is asked, about
 * just that: what would be removed, and is not to be removed any more once it was looked at, is gone.
 */
export async function forgetRemoved({ terraform, tell }: RecoveryContext, stack: string): Promise<void> {
  const planned = (await terraform.plan(stack)).changes.filter(isRemoved);
  if (planned.length === 0) return;
  const targets = planned.map(({ address }) => address);
  const { changes } = await terraform.plan(stack, { targets, refresh: true });
  const gone = planned.filter((change) => isGone(change, changes)).map(({ address }) => address);
  if (gone.length === 0) return;
  tell(`an apply that was cut off has removed ${gone.join(", ")}`);
  await terraform.release(stack, gone);
}

/** A database is never taken for gone. */
const isRemoved = ({ type, actions }: PlannedChange): boolean =>
  type !== "aws_db_instance" && actions.includes("delete");

/** What would be replaced would only be created then; what is as it should be is neither. */
function isGone({ address, actions }: PlannedChange, asked: readonly PlannedChange[]): boolean {
  const now = asked.find((change) => change.address === address)?.actions ?? [];
  return now.join() === actions.filter((action) => action !== "delete").join();
}
