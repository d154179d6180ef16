import { z } from "zod";
import type { Objection, PlanExpectation, Refusal } from "./expectation.ts";
import { type Deed, deedOf, isLost, type ResourceChange, textOf } from "./plan.ts";
import { rulesOf } from "./transitions.ts";
import { holdings } from "./types.ts";

/** A copy may remove what it made. What does not carry its tag was not made by it. */
export function strangersInCopy(
  { change }: ResourceChange,
  deed: Deed,
  { transition, environment }: PlanExpectation,
): Objection | undefined {
  if (!rulesOf(transition).disposable || deed === "create") return undefined;
  // Attachments and rules bear no tags: they go with what they belong to.
  if (change.before?.["tags_all"] === undefined || ownerOf(change.before) === environment) return undefined;
  return {
    reason: `belongs to ${ownerOf(change.before) ?? "no drill"}, and not to ${environment}`,
    remedy: "look at the drill's state: it lists something that the drill did not make",
  };
}

export function lost(
  change: ResourceChange,
  deed: Deed,
  expectation: PlanExpectation,
): Objection | undefined {
  if (!isLost(deed)) return undefined;
  const { type, change: difference } = change;
  const rules = rulesOf(expectation.transition);
  const what = deed === "replace" ? "replaced" : "destroyed";
  const held = holdings(type);
  if (held === undefined) {
    if (rules.disposable || rules.mayLose.includes(type)) return undefined;
    return {
      reason: `would be ${what} while ${rules.doing}`,
      remedy:
        "undo the change of the configuration that causes it, or apply that change apart from a recovery",
    };
  }
  if (maySpare(type, difference.before, expectation)) return undefined;
  const identifier = textOf(difference.before, "identifier");
  const name = identifier === undefined ? "" : ` (${identifier})`;
  return {
    reason: `holds ${held}${name}, and would be ${what} while ${rules.doing}`,
    remedy:
      type === "aws_db_instance"
        ? "check the activation record: its recovery point must be the one that the running database was restored from"
        : "undo the change of the configuration that causes it; a recovery never destroys what holds data",
  };
}

/**
 * A database that would be destroyed under the name of one that stays: Terraform destroys a database by its identifier, so
 * that the one that stays would go, or both (T51). No permission to destroy that identifier changes that.
 */
export function judgeTwins(changes: readonly ResourceChange[]): readonly Refusal[] {
  const databases = changes.filter(({ type }) => type === "aws_db_instance");
  const staying = new Set(
    databases.flatMap((one) =>
      deedOf(one) === "delete" ? [] : (textOf(one.change.after, "identifier") ?? []),
    ),
  );
  return databases.flatMap((one) => {
    const identifier = textOf(one.change.before, "identifier");
    if (!isLost(deedOf(one)) || identifier === undefined || !staying.has(identifier)) return [];
    return [
      {
        address: one.deposed === undefined ? one.address : `${one.address} (deposed ${one.deposed})`,
        reason: `would be destroyed by its name ${identifier}, which is the name of the database that stays`,
        remedy: "run the same command again: it takes that database into the state as it is",
      },
    ];
  });
}

/**
 * A restored database under another one's name: what Terraform plans, in place, when a recovery point is taken out of the
 * configuration. Its data would live on where everybody expects an empty one.
 */
export function renamed(
  { type, change }: ResourceChange,
  deed: Deed,
  { transition }: PlanExpectation,
): Objection | undefined {
  if (type !== "aws_db_instance" || deed !== "update") return undefined;
  const [from, to] = [textOf(change.before, "identifier"), textOf(change.after, "identifier")];
  if (from === to) return undefined;
  return {
    reason: `would be renamed from ${from ?? "nothing"} to ${to ?? "what is not known yet"} while ${rulesOf(transition).doing}, with all of its data`,
    remedy:
      "check the activation record: it names the recovery point that the running database was restored from",
  };
}

/** An empty database in the place of a restored one loses everything, and looks like a success. */
export function newDatabase(
  { type, change }: ResourceChange,
  deed: Deed,
  { transition, restoredFrom }: PlanExpectation,
): Objection | undefined {
  const { restores, doing } = rulesOf(transition);
  if (type !== "aws_db_instance" || (deed !== "create" && deed !== "replace") || restores === "empty")
    return undefined;
  if (restores === "nothing")
    return {
      reason: `would be created while ${doing}: a second database, or one in another's place`,
      remedy: "compare the activation record with the state: the database has to be there already",
    };
  const source = sourceOf(change.after);
  if (source !== undefined && source === restoredFrom) return undefined;
  return {
    reason: `would be created ${source === undefined ? "empty" : `from ${source}`}, and not from ${restoredFrom ?? "a recovery point"}`,
    remedy: "check recoveryPoint in the activation record, and synthesize again",
  };
}

const pointInTime = z
  .array(z.looseObject({ source_db_instance_automated_backups_arn: z.string() }))
  .nonempty();

function sourceOf(after: Readonly<Record<string, unknown>> | null): string | undefined {
  const moment = pointInTime.safeParse(after?.["restore_to_point_in_time"]).data?.[0];
  return textOf(after, "snapshot_identifier") ?? moment?.source_db_instance_automated_backups_arn;
}

/** Where a container's and its nodes' measurements lie, of a cluster that runs nothing any more. */
const INSIGHTS = /^\/aws\/(ecs\/)?containerinsights\//;

/** Whether something that holds data is known to be expendable here. */
function maySpare(
  type: string,
  before: Readonly<Record<string, unknown>> | null,
  { databasesMayGo, environment, transition }: PlanExpectation,
): boolean {
  if (rulesOf(transition).disposable) return ownerOf(before) === environment;
  const name = textOf(before, "name") ?? "";
  switch (type) {
    case "aws_db_instance":
      return databasesMayGo.includes(textOf(before, "identifier") ?? "");
    case "aws_cloudwatch_log_group":
      return (
        databasesMayGo.some((identifier) => name.startsWith(`/aws/rds/instance/${identifier}/`)) ||
        (transition === "deactivate" && INSIGHTS.test(name))
      );
    default:
      return false;
  }
}

const tagged = z.looseObject({ tags_all: z.looseObject({ Drill: z.string() }) });

/** The copy that a resource belongs to; undefined of one that belongs to no copy. */
const ownerOf = (before: Readonly<Record<string, unknown>> | null): string | undefined =>
  tagged.safeParse(before).data?.tags_all.Drill;
