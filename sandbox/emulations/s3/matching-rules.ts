import type { ReplicationRule } from "./replication-configuration.ts";

/** What decides whether a rule takes a write. */
export interface Written {
  readonly key: string;
  readonly kind: "object" | "delete marker";
  readonly tags: Readonly<Record<string, string>>;
  readonly isKmsEncrypted: boolean;
}

/** The rules that replicate a write: for each destination the one of highest priority. */
export function matchingRules(rules: readonly ReplicationRule[], written: Written): ReplicationRule[] {
  const matching = rules.filter((rule) => takes(rule, written)).toSorted((a, b) => b.priority - a.priority);
  const first = new Map<string, ReplicationRule>();
  for (const rule of matching) {
    if (!first.has(rule.destinationBucket)) {
      first.set(rule.destinationBucket, rule);
    }
  }
  return [...first.values()];
}

function takes(rule: ReplicationRule, written: Written): boolean {
  if (!rule.isEnabled || !written.key.startsWith(rule.prefix)) {
    return false;
  }
  if (written.kind === "delete marker") {
    return rule.replicatesDeleteMarkers;
  }
  return (
    Object.entries(rule.tags).every(([key, value]) => written.tags[key] === value) &&
    (!written.isKmsEncrypted || rule.replicatesKmsEncrypted)
  );
}
