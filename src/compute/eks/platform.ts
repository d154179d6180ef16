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
  // Control planes are not offered there (T76): https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
  excludedZoneIds: new Map([
    ["us-east-1", ["use1-az3"]],
    ["us-west-1", ["usw1-az2"]],
    ["ca-central-1", ["cac1-az3"]],
  ]),
  create: (scope, id, wiring) => new EksService(scope, id, { ...wiring, config }),
});
