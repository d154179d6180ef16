import type { Activation } from "../../activation/schema.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { identifierOf } from "../../database/source.ts";
import { contradictions } from "../assertions/assertion.ts";
import { databaseContradiction } from "../assertions/database.ts";
import { recordGone } from "../assertions/record.ts";
import { closedContradiction } from "../assertions/service.ts";
import { postureOf } from "../checks/inapplicable.ts";
import { deleteCommands } from "../failback/release-database.ts";
import { stopCompute } from "../fence/compute.ts";
import { openIngress } from "../fence/ingress.ts";
import { expectationOf } from "../guard/expectation.ts";
import type { Run } from "../journal/run.ts";
import { dropRecord, keepRecord, recordOf } from "../record.ts";
import { applyGuarded } from "../steps/apply.ts";
import { applyPilotLight } from "../steps/pilot-light.ts";
import { type RecoveryContext, StepFailed } from "../steps/step.ts";
import { takeUpApply } from "../steps/take-up-apply.ts";
import type { Subject } from "../subject.ts";

const DATABASE = "aws_db_instance.database_instance";

/**
 * Closes the standby and keeps its database; one whose restore had not come to its end goes back to pilot light.
 *
 * @param failovers the last is the one that is taken back, for the record where this machine has none; an earlier one may have left a
 * database that it did not come to replace
 * @throws StepFailed when nobody knows what the database in the state was restored from
 */
export async function closeStandby(context: RecoveryContext, failovers: readonly Run[]): Promise<string> {
  const evidence = await withoutPublic(context, failovers);
  const { standby } = await context.subject();
  // Its own group admits nobody any more, and the next failover finds the load balancer in it.
  return `${evidence}; ${await openIngress(standby, context.standby)}`;
}

async function withoutPublic(context: RecoveryContext, failovers: readonly Run[]): Promise<string> {
  const subject = await context.subject();
  const { standby } = subject;
  const record = recordOfStandby(subject, failovers.at(-1));
  if (record === undefined) return `${standby.name} is in pilot light`;
  const restored = identifierOf(standby.names, record.recoveryPoint);
  await context.terraform.synthesize();
  const empty = identifierOf(standby.names, undefined);
  const managed = (await context.terraform.attributes(standby.name, DATABASE))?.["identifier"];
  const isHeld =
    typeof managed === "string" &&
    managed !== empty &&
    (await context.standby.database(managed)) !== undefined;
  // What somebody has deleted by hand is nothing to keep, whichever failover had restored it.
  if (!isHeld) {
    const gone = typeof managed === "string" && managed !== empty ? [managed] : [];
    return undoRestore(context, standby.name, restored, gone);
  }
  if (managed === restored) return close(context, standby, record);
  const earlier = failovers
    .flatMap((run) => (run.recoveryPoint === undefined ? [] : [recordOf(run, "restored")]))
    .findLast(({ recoveryPoint }) => identifierOf(standby.names, recoveryPoint) === managed);
  if (earlier !== undefined)
    return `${await close(context, standby, earlier)}${await orphanOf(context, restored)}`;
  throw new StepFailed(
    `${standby.name} holds ${managed}, and neither its record nor the journal says what that was restored from`,
    `${standby.name} is as it was, and so is its record`,
    [
      `# write its recovery point into ${standby.name}.activation.json, as docs/runbook.md says at restore-database`,
    ],
  );
}

/** Keeps the database that a record names, closed to the public. The empty one may still be there, to be deleted. */
async function close(context: RecoveryContext, standby: ServiceSpec, record: Activation): Promise<string> {
  await keepRecord(context, { ...record, posture: "restored", hardened: false });
  await context.terraform.synthesize();
  const databasesMayGo = [identifierOf(standby.names, undefined)];
  const expectation = expectationOf(standby, "close", { databasesMayGo });
  const { recoveryPoint } = record;
  await takeUpApply(context, { ...standby, recoveryPoint }, context.standby, expectation);
  const evidence = await applyGuarded(context, {
    stack: standby.name,
    expectation,
    expectedMinutes: undefined,
  });
  return `${evidence}; ${identifierOf(standby.names, record.recoveryPoint)} stays`;
}

/** That nobody comes into the standby, and that its database stays: the one that its record names, or the empty one. */
export async function standbyClosed(context: RecoveryContext): Promise<string | undefined> {
  const { pair, standby } = await context.subject();
  const isOpen = pair.activation?.posture === "active";
  return contradictions(
    Promise.resolve(isOpen ? `${standby.name}.activation.json is active` : undefined),
    pair.activation === undefined ? recordGone(context) : Promise.resolve(undefined),
    closedContradiction(standby, context.standby),
    databaseContradiction(standby, context.standby),
  );
}

/** That the database which a person has named is gone, and a pilot light is left. */
export async function databaseGone(
  context: RecoveryContext,
  identifier: string,
): Promise<string | undefined> {
  const { standby } = await context.subject();
  const found = await context.standby.database(identifier);
  return contradictions(
    Promise.resolve(found === undefined ? undefined : `${identifier} is ${found.status}`),
    recordGone(context),
    databaseContradiction(standby, context.standby),
  );
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
  await dropRecord(context);
  await context.terraform.synthesize();
  return applyPilotLight(context, databasesMayGo, undefined);
}

/** Goes back from a restore that was cut off. Its log groups may be there already, and go. */
async function undoRestore(
  context: RecoveryContext,
  stack: string,
  restored: string,
  gone: readonly string[],
): Promise<string> {
  const applied = await toPilotLight(context, [restored, ...gone]);
  // Of what it did since it last wrote its state down, Terraform knows nothing, and it was not asked to look (T37).
  const drift = `if Terraform was killed in the restore, npx cdktf deploy ${stack} sets back what is in no state`;
  return `${applied}; ${drift}${await orphanOf(context, restored)}`;
}

/**
 * A restore that died with its Terraform leaves an instance that no state knows of, and that nobody needs now.
 *
 * A protected one is none: an earlier return has kept it, with what was written to it.
 */
async function orphanOf({ standby }: RecoveryContext, identifier: string): Promise<string> {
  const found = await standby.database(identifier);
  if (found === undefined || found.protected) return "";
  return `; ${identifier} is left of it, and nothing manages it: delete it with ${deleteCommands(identifier, standby.region).join(" && ")}`;
}

function recordOfStandby({ pair }: Subject, failover: Run | undefined): Activation | undefined {
  if (pair.activation !== undefined) return pair.activation;
  return failover?.recoveryPoint === undefined ? undefined : recordOf(failover, "restored");
}
