import { identifierOf } from "../../database/source.ts";
import type { Activation } from "../../activation/schema.ts";
import { contradictions } from "../assertions/assertion.ts";
import { databaseContradiction } from "../assertions/database.ts";
import { primaryRecord } from "../assertions/return.ts";
import { openContradiction } from "../assertions/service.ts";
import { writeActivation } from "../activation-file.ts";
import { agree } from "../record-in-force.ts";
import { expectationOf } from "../guard/expectation.ts";
import { recordOf } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import { forgetRemoved } from "../steps/forget-removed.ts";
import { takeUpApply } from "../steps/take-up-apply.ts";
import { DATABASE, releaseDatabase } from "./release-database.ts";
import type { Return } from "./way.ts";

/** Identifier of the database that this run brings to the primary. */
const nextDatabase = async (context: RecoveryContext): Promise<string> => {
  const { primary } = await context.subject();
  return identifierOf(primary.names, recordOf(context.run(), "restored").recoveryPoint);
};

/** Keeps the stale database, outside of Terraform's reach. */
export async function releasePrimary(context: RecoveryContext): Promise<string> {
  const { primary } = await context.subject();
  await context.terraform.synthesize();
  return releaseDatabase(context, primary, context.primary, await nextDatabase(context));
}

/**
 * Sees to it that there is something to serve from without the standby's data.
 *
 * @throws StepFailed before anything is fenced: a return that was given up may have released the primary's own database
 */
export async function requireOwnDatabase(context: RecoveryContext): Promise<void> {
  const { primary } = await context.subject();
  await context.terraform.synthesize();
  const own = identifierOf(primary.names, primary.recoveryPoint);
  const managed = (await context.terraform.attributes(primary.name, DATABASE))?.["identifier"];
  if (managed === own) return;
  throw new StepFailed(
    `${primary.name} does not manage ${own}, got ${typeof managed === "string" ? managed : "no database"}: a return that was given up has released it`,
    "nothing was fenced or moved",
    ["# take it back into the state of the primary, as docs/runbook.md says at release-database"],
  );
}

/** Restores the primary's database from the standby's data, closed to the public. */
export async function returnDatabase(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  await ensurePrimaryRecord(context, "restored");
  await context.terraform.synthesize();
  const { primary } = await context.subject();
  const { recoveryPoint } = context.run();
  const expectation = expectationOf(primary, "failback-restore", {
    ...(recoveryPoint && { restoredFrom: recoveryPoint.arn }),
  });
  const isTakenUp = await takeUpApply(context, primary, context.primary, expectation);
  if (isTakenUp) await forgetRemoved(context, primary.name);
  const evidence = await applyGuarded(context, { stack: primary.name, expectation, expectedMinutes });
  return `${await nextDatabase(context)} is restored; ${evidence}`;
}

/** Opens the primary as its file says. */
export async function openPrimary(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  await ensurePrimaryRecord(context, "active");
  await context.terraform.synthesize();
  const { primary } = await context.subject();
  return applyGuarded(context, {
    stack: primary.name,
    expectation: expectationOf(primary, "activate"),
    expectedMinutes,
  });
}

/** That the primary is open as its file says; with the standby's data, that its record says so, too. */
export async function primaryOpen(context: RecoveryContext, way: Return): Promise<string | undefined> {
  const { primary } = await context.subject();
  return contradictions(
    openContradiction(primary, context.primary),
    way.kind === "with-data"
      ? primaryRecord(context, ["active"])
      : databaseContradiction(primary, context.primary),
  );
}

/** Brings the primary's record to a posture, from what the journal knows: the file may be another machine's. */
async function ensurePrimaryRecord(context: RecoveryContext, posture: Activation["posture"]): Promise<void> {
  const { pair } = await context.subject();
  const wanted = recordOf(context.run(), posture);
  const known = pair.primary.activation;
  if (known !== undefined && agree(known, wanted)) return;
  writeActivation(context.environments, pair.primary.name, wanted);
  context.tell(`${pair.primary.name}.activation.json says ${posture} now`);
}
