import type { Platform } from "../platform.ts";
import { EksService } from "./eks-service.ts";
import type { EksConfig } from "./schema.ts";

/** Amazon EKS, as the rest of a stack sees it. */
export const eksPlatform = (config: EksConfig): Platform => ({
  // Every node listens on the same port, whichever has the pods.
  targetType: "instance",
  targetPort: config.nodePort,
  storageServices: ["ec2"],
  endpoints: ["ec2", "eks", "eks-auth", "ssm"],
  create: (scope, id, wiring) => new EksService(scope, id, { ...wiring, config }),
});
