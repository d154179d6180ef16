import { identifierOf } from "../../database/source.ts";
import { contradictions } from "../assertions/assertion.ts";
import { databaseContradiction } from "../assertions/database.ts";
import { recordGone } from "../assertions/record.ts";
import { keptAsSaid } from "../assertions/return.ts";
import { closedContradiction, stoppedContradiction } from "../assertions/service.ts";
import { openIngress } from "../fence/ingress.ts";
import { dropRecord } from "../record.ts";
import { applyPilotLight } from "../steps/pilot-light.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { releaseDatabase } from "./release-database.ts";

/** That the standby is a pilot light for everybody, and that the database which served is kept. */
export async function isPilotLight(context: RecoveryContext): Promise<string | undefined> {
  const { standby } = await context.subject();
  return contradictions(
    recordGone(context),
    closedContradiction(standby, context.standby),
    stoppedContradiction(standby, context.standby),
    databaseContradiction(standby, context.standby),
    keptAsSaid("return-standby")(context),
  );
}

/** Makes the standby a pilot light again: an empty minimal database, nothing that runs, nobody who comes in. */
export async function returnStandby(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  const { pair, standby } = await context.subject();
  const empty = identifierOf(standby.names, undefined);
  const kept = await releaseDatabase(context, standby, context.standby, empty);
  // Also where this folder has none: an attempt that was cut off may have taken only the file away.
  await dropRecord(context);
  if (pair.activation !== undefined) {
    context.tell(`${standby.name}.activation.json is gone: ${standby.name} is a pilot light`);
  }
  await context.terraform.synthesize();
  const evidence = await applyPilotLight(context, [], expectedMinutes);
  // Closed by its own rules now, and open to a smoke test.
  const door = await openIngress(standby, context.standby);
  return `${kept}; ${evidence}; ${door}`;
}
