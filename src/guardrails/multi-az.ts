import { show } from "../config/show.ts";
import { everyResource } from "./every-resource.ts";
import { isProduction } from "./guardrail.ts";

/** A zone fails more often than a region, and a restore is no answer to it. */
export const multiAz = everyResource({
  name: "multi-az",
  summary: "every database of a production environment keeps a copy in another zone",
  type: "aws_db_instance",
  where: isProduction,
  holds: ({ body }) => body["multi_az"] === true,
  otherwise: ({ address, body }) => ({
    key: "database.multiAz",
    message: `${address} runs in one zone in production, got ${show(body["multi_az"])}; set it to true`,
  }),
});
