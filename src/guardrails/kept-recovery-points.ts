import { everyResource } from "./every-resource.ts";

/** A vault that Terraform may empty is one mistaken plan away from losing the last copy (T20). */
export const keptRecoveryPoints = everyResource({
  name: "kept-recovery-points",
  summary:
    "no backup vault of a production environment, or of its standby, is deleted with its recovery points",
  type: "aws_backup_vault",
  where: ({ spec }) => "role" in spec && spec.production,
  holds: ({ body }) => body["force_destroy"] !== true,
  otherwise: ({ address }, { spec }) => ({
    key:
      "role" in spec && spec.role.kind === "standby"
        ? "database.recovery.vault.forceDestroy"
        : "database.backup.forceDestroy",
    message: `lets Terraform delete ${address} with its recovery points, got true; set it to false`,
  }),
});
