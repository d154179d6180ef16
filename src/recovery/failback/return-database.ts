import { identifierOf } from "../../database/source.ts";
import type { Activation } from "../../activation/schema.ts";
import { writeActivation } from "../activation-file.ts";
import { agree } from "../record-in-force.ts";
import type { PlanExpectation } from "../guard/expectation.ts";
import { recordOf } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { forgetRemoved } from "../steps/forget-removed.ts";
import { takeUpRestore } from "../steps/take-up-restore.ts";
import { releaseDatabase } from "./release-database.ts";

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

/** Restores the primary's database from the standby's data, closed to the public. */
export async function returnDatabase(
  context: RecoveryContext,
  expectedMinutes: number | undefined,
): Promise<string> {
  await ensurePrimaryRecord(context, "restored");
  await context.terraform.synthesize();
  const { primary, project } = await context.subject();
  const { recoveryPoint } = context.run();
  const expectation: PlanExpectation = {
    transition: "failback-restore",
    region: primary.region,
    accountId: project.accountId,
    environment: primary.name,
    databasesMayGo: [],
    ...(recoveryPoint && { restoredFrom: recoveryPoint.arn }),
  };
  const isTakenUp = await takeUpRestore(context, primary, context.primary, expectation);
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
  const { primary, project } = await context.subject();
  return applyGuarded(context, {
    stack: primary.name,
    expectation: {
      transition: "activate",
      region: primary.region,
      accountId: project.accountId,
      environment: primary.name,
      databasesMayGo: [],
    },
    expectedMinutes,
  });
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
