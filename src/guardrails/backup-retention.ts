import { everyResource } from "./every-resource.ts";
import { isProduction } from "./guardrail.ts";

/** Long enough to notice after a holiday week that something was deleted. */
const SHORTEST_RETENTION_DAYS = 7;

/** Point-in-time recovery is the only way back from a mistake of our own. */
export const backupRetention = everyResource({
  name: "backup-retention",
  summary: `every database of a production environment keeps its backups for ${SHORTEST_RETENTION_DAYS} days or more, also after its deletion`,
  type: "aws_db_instance",
  where: isProduction,
  holds: ({ body }) =>
    retentionDays(body) >= SHORTEST_RETENTION_DAYS && body["delete_automated_backups"] === false,
  otherwise: ({ address, body }) =>
    retentionDays(body) < SHORTEST_RETENTION_DAYS
      ? {
          key: "database.backupRetentionDays",
          message: `${address} keeps its backups too briefly for production, got ${retentionDays(body)}; set it to ${SHORTEST_RETENTION_DAYS} or more`,
        }
      : {
          key: "database.retainAutomatedBackups",
          message: `${address} loses its backups when it is deleted (T25), got false; set it to true`,
        },
});

const retentionDays = (body: Readonly<Record<string, unknown>>): number =>
  Number(body["backup_retention_period"] ?? 0);
