import { show } from "../config/show.ts";
import { everyResource } from "./every-resource.ts";
import { isProduction } from "./guardrail.ts";

/** One wrong apply must not be able to delete the data. */
export const databaseDeletionProtection = everyResource({
  name: "database-deletion-protection",
  summary: "no database of a production environment can be deleted by a single call",
  type: "aws_db_instance",
  where: isProduction,
  holds: ({ body }) => body["deletion_protection"] === true,
  otherwise: ({ address, body }) => ({
    key: "database.deletionProtection",
    message: `${address} can be deleted in production, got ${show(body["deletion_protection"])}; set it to true`,
  }),
});
