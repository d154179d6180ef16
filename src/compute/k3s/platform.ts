import type { Platform } from "../platform.ts";
import { K3sService } from "./k3s-service.ts";
import type { K3sConfig } from "./schema.ts";

/** A k3s cluster, as the rest of a stack sees it. */
export function k3sPlatform(config: K3sConfig): Platform {
  return {
    targetType: "instance",
    targetPort: config.nodePort,
    // Of S3 only the nodes' own policies speak: a key policy that trusted the service would let in every role of the account.
    storageServices: ["ec2"],
    endpoints: ["autoscaling", "ec2", "monitoring", "ssm"],
    create: (scope, id, wiring) => new K3sService(scope, id, { ...wiring, config }),
  };
}
