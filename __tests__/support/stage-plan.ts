import { SET_ASIDE } from "../../src/recovery/steps/set-aside.ts";
import type { TerraformPlan } from "../../src/recovery/terraform/terraform.ts";
import { planJson } from "./plan-json.ts";

/** Where the database stands in a stack. */
export const DATABASE = "aws_db_instance.database_instance";

/** What an apply would change of the databases of a stack. */
interface Planned {
  readonly stack: string;
  readonly actions: readonly string[];
  readonly before: string | undefined;
  readonly after: string;
  readonly source: Readonly<Record<string, string>>;
  readonly deposed: string | undefined;
  readonly aside: string | undefined;
  readonly targets: readonly string[] | undefined;
}

/** The plan that says so. */
export function plannedChanges({
  stack,
  actions,
  before,
  after,
  source,
  deposed,
  aside,
  targets,
}: Planned): TerraformPlan {
  const change = {
    address: DATABASE,
    mode: "managed",
    type: "aws_db_instance",
    change: {
      actions,
      before: before === undefined ? null : { identifier: before },
      after: { identifier: after, ...source },
    },
  };
  const deletion = (identifier: string | undefined) => ({
    ...change,
    change: { actions: ["delete"], before: { identifier }, after: null },
  });
  const all = [
    ...(actions.length === 0 ? [] : [change]),
    ...(deposed === undefined ? [] : [{ ...deletion(deposed), deposed: "a1b2c3d4" }]),
    ...(aside === undefined ? [] : [{ ...deletion(aside), address: SET_ASIDE }]),
  ].filter(({ address }) => targets?.includes(address) ?? true);
  const changes = all.map((one) => ({ address: one.address, type: one.type, actions: one.change.actions }));
  return { stack, file: "plan", json: planJson(all), changes };
}
