import type { Platform } from "../platform.ts";
import { EcsService } from "./ecs-service.ts";
import type { EcsConfig } from "./schema.ts";

/** Amazon ECS, as the rest of a stack sees it. */
export function ecsPlatform(config: EcsConfig): Platform {
  const ownsInstances = config.capacity.mode === "ec2";
  return {
    // Every task has an address of its own.
    targetType: "ip",
    targetPort: config.container.port,
    storageServices: ownsInstances ? ["ec2"] : [],
    // Fargate reaches these by itself.
    endpoints: ownsInstances ? ["ecs", "ecs-agent", "ecs-telemetry", "ssm"] : [],
    create: (scope, id, wiring) => new EcsService(scope, id, { ...wiring, config }),
  };
}
