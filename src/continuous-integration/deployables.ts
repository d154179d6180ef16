import type { LockConfig } from "../backup/schema.ts";
import type { Configuration, Standby, TrafficOfPair } from "../config/configuration.ts";
import { replicates } from "../registry/replication-plan.ts";
import type { Deployable } from "./place.ts";

/** What workflows deploy, and what each of it has to do with the others. */
export function deployablesOf({
  services,
  pairs,
  traffic,
}: Pick<Configuration, "services" | "pairs" | "traffic">): readonly Deployable[] {
  return [
    ...services.map((service) => ({
      name: service.name,
      partners: pairs
        .filter(({ primary }) => primary.name === service.name)
        .map(({ standby }) => standby.name),
      inFrontOf: [],
      replicatesImages: replicates(service),
      finalLock: finalLockOf(service.config.database.backup.lock),
    })),
    ...pairs.map(({ primary, standby }) => ({
      name: standby.name,
      partners: [primary.name],
      inFrontOf: [],
      // It takes this over with the rest of its primary.
      replicatesImages: replicates(primary),
      finalLock: finalLockOf(vaultLockOf(standby)),
    })),
    ...(traffic === undefined ? [] : [deployableTraffic(traffic)]),
  ];
}

const deployableTraffic = ({ traffic, pair }: TrafficOfPair): Deployable => ({
  name: traffic.name,
  partners: [],
  inFrontOf: [pair.primary.name, pair.standby.name],
  records: { zoneId: traffic.config.zoneId, name: traffic.config.recordName },
});

const finalLockOf = (lock: LockConfig | undefined): Deployable["finalLock"] =>
  lock?.mode === "compliance" ? lock : undefined;

function vaultLockOf({ config }: Standby): LockConfig | undefined {
  const { recovery } = config.database;
  return recovery?.strategy === "backup-copy" ? recovery.vault.lock : undefined;
}
