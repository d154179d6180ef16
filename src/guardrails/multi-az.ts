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
  otherwise: ({ address, body }, { spec }) => {
    const isStandby = "role" in spec && spec.role.kind === "standby";
    return isStandby && !spec.role.hardened
      ? {
          key: "hardened",
          message: `${address} serves from one zone, and nothing copies its backups, until ${spec.name} is hardened, got ${show(spec.role.hardened)}; resume the failover (npm run dr -- failover --execute), or set hardened to true in ${spec.name}.activation.json and apply ${spec.name}`,
        }
      : {
          key: "database.multiAz",
          message: `${address} runs in one zone in production, got ${show(body["multi_az"])}; set it to true`,
        };
  },
});
