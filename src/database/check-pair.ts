import type { DatabaseConfig, StandbyDatabaseConfig } from "./schema.ts";

/**
 * Parameters that take a share of the memory as a number of their own, which a smaller class may not have (T73).
 *
 * Source: PostgreSQL, "Resource Consumption" and "Connections and Authentication".
 */
const BY_MEMORY: ReadonlySet<string> = new Set([
  "autovacuum_max_workers",
  "autovacuum_work_mem",
  "effective_cache_size",
  "huge_pages",
  "maintenance_work_mem",
  "max_connections",
  "max_locks_per_transaction",
  "max_prepared_transactions",
  "max_wal_senders",
  "max_worker_processes",
  "shared_buffers",
  "temp_buffers",
  "wal_buffers",
  "work_mem",
]);

/** A formula of RDS, such as `{DBInstanceClassMemory/32768}`, follows the class. */
const isAbsolute = (value: string): boolean => !value.includes("DBInstanceClassMemory");

/** What the small database of a standby can't bear of its primary's; the key is the standby's. */
export function* checkParameters(
  primary: DatabaseConfig,
  standby: StandbyDatabaseConfig,
): Generator<{ readonly key: string; readonly message: string }> {
  if (primary.instanceClass === standby.instanceClass) return;
  for (const [name, value] of Object.entries(primary.parameters)) {
    if (!BY_MEMORY.has(name) || !isAbsolute(value) || name in standby.parameters) continue;
    yield {
      key: `database.parameters.${name}`,
      message: `missing, while the primary sets it to ${value} for ${primary.instanceClass}, which may keep PostgreSQL from starting on ${standby.instanceClass} (T73); give it a value that fits, or a formula of DBInstanceClassMemory in the primary's file`,
    };
  }
}
