import type { BackupSelection, Conditions } from "@aws-sdk/client-backup";
import type { DBInstance } from "@aws-sdk/client-rds";

type Tags = Readonly<Record<string, string>>;

/** Whether a selection takes a database: its resources or any of its tags, all of its conditions, and none of its exclusions. */
export function isSelected(selection: BackupSelection, instance: DBInstance, isOptedIn: boolean): boolean {
  const arn = instance.DBInstanceArn ?? "";
  const tags: Tags = Object.fromEntries(
    (instance.TagList ?? []).map(({ Key = "", Value = "" }) => [Key, Value]),
  );
  const { Resources = [], NotResources = [], ListOfTags = [], Conditions = {} } = selection;
  const isNamed = Resources.includes(arn);
  const isMeant =
    Resources.some((pattern) => like(pattern, arn)) ||
    ListOfTags.some(({ ConditionKey = "", ConditionValue }) => tags[ConditionKey] === ConditionValue) ||
    (Resources.length === 0 && ListOfTags.length === 0);
  return (
    // A type that the region has not opted in to is protected only where a resource is named.
    (isOptedIn || isNamed) &&
    isMeant &&
    meets(Conditions, tags) &&
    !NotResources.some((pattern) => like(pattern, arn))
  );
}

const COMPARISONS: Readonly<
  Record<keyof Conditions, (expected: string, actual: string | undefined) => boolean>
> = {
  StringEquals: (expected, actual) => actual === expected,
  StringNotEquals: (expected, actual) => actual !== expected,
  StringLike: (expected, actual) => actual !== undefined && like(expected, actual),
  StringNotLike: (expected, actual) => actual === undefined || !like(expected, actual),
};

const meets = (conditions: Conditions, tags: Tags): boolean =>
  (["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"] as const).every((kind) =>
    (conditions[kind] ?? []).every(({ ConditionKey = "", ConditionValue = "" }) =>
      COMPARISONS[kind](ConditionValue, tags[ConditionKey.replace(/^aws:ResourceTag\//, "")]),
    ),
  );

export function like(pattern: string, text: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join(".*")}$`, "s").test(text);
}
