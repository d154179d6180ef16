import type { Subject } from "../subject.ts";

/** No way of recovery is chosen yet. */
export const withoutRecovery = ({ pair, standby }: Subject): string | undefined => {
  if (pair.standby.config.database.recovery === undefined)
    return `database.recovery of ${pair.standby.file} is not set`;
  return standby.role.kind === "standby" && standby.role.posture !== "standby"
    ? `${standby.name} is ${standby.role.posture}: its database is restored already`
    : undefined;
};

/** Another way of recovery is chosen. */
export const unlessStrategy =
  (strategy: "backup-copy" | "automated-backups") =>
  (subject: Subject): string | undefined => {
    const chosen = subject.pair.standby.config.database.recovery?.strategy;
    return (
      withoutRecovery(subject) ?? (chosen === strategy ? undefined : `the strategy is ${chosen ?? "none"}`)
    );
  };

/** Traffic is moved by other means than a traffic stack. */
export const withoutTraffic = ({ traffic }: Subject): string | undefined =>
  traffic === undefined ? "no traffic environment: DNS is changed elsewhere" : undefined;

/** What the standby is now. */
export const postureOf = ({ standby }: Subject): "standby" | "restored" | "active" =>
  standby.role.kind === "standby" ? standby.role.posture : "standby";
