import { everyResource } from "./every-resource.ts";
import { isProduction } from "./guardrail.ts";

/** What was deleted on purpose is missed later. */
export const finalSnapshot = everyResource({
  name: "final-snapshot",
  summary: "every database of a production environment leaves a snapshot behind when it is deleted",
  type: "aws_db_instance",
  where: isProduction,
  holds: ({ body }) =>
    body["skip_final_snapshot"] !== true && typeof body["final_snapshot_identifier"] === "string",
  otherwise: ({ address }) => ({
    key: "database.finalSnapshot",
    message: `${address} leaves no snapshot behind in production, got false; set it to true`,
  }),
});
