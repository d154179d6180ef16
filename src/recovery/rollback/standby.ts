import type { Activation } from "../../activation/schema.ts";
import { identifierOf } from "../../database/source.ts";
import { postureOf } from "../checks/inapplicable.ts";
import { stopCompute } from "../fence/compute.ts";
import type { PlanExpectation } from "../guard/expectation.ts";
import type { Run } from "../journal/run.ts";
import { dropRecord, keepRecord, recordOf } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import type { Subject } from "../subject.ts";

const DATABASE = "aws_db_instance.database_instance";

/**
 * Closes the standby and keeps its database; one whose restore had not come to its end goes back to pilot light.
 *
 * @param failover the run that is taken back, for the record where this machine has none
 */
export async function closeStandby(context: RecoveryContext, failover: Run | undefined): Promise<string> {
  const subject = await context.subject();
  const { standby } = subject;
  const record = recordOfStandby(subject, failover);
  if (record === undefined) return `${standby.name} is in pilot light`;
  const restored = identifierOf(standby.names, record.recoveryPoint);
  await context.terraform.synthesize();
  const attributes = await context.terraform.attributes(standby.name, DATABASE);
  if (attributes?.["identifier"] !== restored) return toPilotLight(context, []);
  await keepRecord(context, { ...record, posture: "restored", hardened: false });
  await context.terraform.synthesize();
  const evidence = await applyGuarded(context, {
    stack: standby.name,
    expectation: expectationOf(subject, "close", []),
    expectedMinutes: undefined,
  });
  return `${evidence}; ${restored} stays`;
}

/** Stops what runs of the standby; its scaling is held, so that nothing starts it again. */
export async function stopStandby(context: RecoveryContext): Promise<string> {
  const subject = await context.subject();
  if (postureOf(subject) === "standby") return `${subject.standby.name} is in pilot light: nothing runs`;
  const { evidence, outcome, remedy } = await stopCompute(subject.standby, context.standby);
  if (outcome === "held") return evidence;
  throw new StepFailed(evidence, "the standby is closed; its compute still runs", [remedy ?? ""]);
}

/** Deletes the database that a person has named, and nothing else. */
export async function deleteDatabase(context: RecoveryContext, identifier: string): Promise<string> {
  return toPilotLight(context, [identifier]);
}

/** No record, and the empty database of peace. */
async function toPilotLight(context: RecoveryContext, databasesMayGo: readonly string[]): Promise<string> {
  const subject = await context.subject();
  await dropRecord(context);
  await context.terraform.synthesize();
  return applyGuarded(context, {
    stack: subject.standby.name,
    expectation: expectationOf(subject, "deactivate", databasesMayGo),
    expectedMinutes: undefined,
  });
}

function recordOfStandby({ pair }: Subject, failover: Run | undefined): Activation | undefined {
  if (pair.activation !== undefined) return pair.activation;
  return failover?.recoveryPoint === undefined ? undefined : recordOf(failover, "restored");
}

const expectationOf = (
  { standby, project }: Subject,
  transition: PlanExpectation["transition"],
  databasesMayGo: readonly string[],
): PlanExpectation => ({
  transition,
  region: standby.region,
  accountId: project.accountId,
  environment: standby.name,
  databasesMayGo,
});
