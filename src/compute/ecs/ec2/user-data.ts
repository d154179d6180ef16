/** The script that makes an instance join a cluster, the first time that it starts. */
export const userData = (clusterName: string): string =>
  [
    "#!/bin/bash",
    "set -euo pipefail",
    "cat >> /etc/ecs/ecs.config <<'CONFIG'",
    `ECS_CLUSTER=${clusterName}`,
    // Tasks have roles of their own, and must not borrow the instance's.
    "ECS_AWSVPC_BLOCK_IMDS=true",
    "ECS_DISABLE_PRIVILEGED=true",
    "CONFIG",
    "",
  ].join("\n");
