import type { ContainerConfig } from "../fields.ts";
import { imageOf } from "../image-reference.ts";

/** What a container needs besides what a person wrote about it. */
interface ContainerWiring {
  readonly config: ContainerConfig;
  readonly repositoryUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly region: string;
  readonly exec: boolean;
}

/** Name of the one container; the load balancer and ECS Exec address it. */
export const CONTAINER_NAME = "app";

/**
 * What the agent of ECS Exec writes to. It runs as root, so that empty volumes will do.
 *
 * AWS supports neither this nor anything else on a read-only root, but a development environment that lets its
 * application write where production does not is worse: https://github.com/aws/containers-roadmap/issues/1359
 */
const AGENT_PATHS = new Map([
  ["exec-agent", "/managed-agents"],
  ["exec-state", "/var/lib/amazon/ssm"],
  ["exec-log", "/var/log/amazon/ssm"],
]);

/** Names of the empty volumes that a task needs. */
export const volumesOf = (exec: boolean): string[] => (exec ? [...AGENT_PATHS.keys()] : []);

/** The container definition, as ECS's API takes it. */
export function containerDefinition(wiring: ContainerWiring) {
  const { config, repositoryUrl, environment, logGroup, region, exec } = wiring;
  return {
    name: CONTAINER_NAME,
    image: imageOf(repositoryUrl, config.image),
    essential: true,
    user: config.user,
    privileged: false,
    readonlyRootFilesystem: true,
    portMappings: [{ containerPort: config.port, hostPort: config.port, protocol: "tcp" }],
    environment: Object.entries({ ...config.environment, ...environment })
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ name, value })),
    mountPoints: [...(exec ? AGENT_PATHS : [])].map(([sourceVolume, containerPath]) => ({
      sourceVolume,
      containerPath,
      readOnly: false,
    })),
    // ECS adds these itself; left out, every plan would want to remove them.
    systemControls: [],
    volumesFrom: [],
    linuxParameters: {
      // Reaps the children of a shell and passes signals on, which a process with id 1 does not.
      initProcessEnabled: true,
      // The agent of ECS Exec is root and needs what root may do.
      ...(!exec && { capabilities: { drop: ["ALL"] } }),
      tmpfs: config.writablePaths.map((path) => writablePath(path, config)),
    },
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroup,
        "awslogs-region": region,
        "awslogs-stream-prefix": CONTAINER_NAME,
        // A slow log service must not stop the application from answering.
        mode: "non-blocking",
        "max-buffer-size": "10m",
      },
    },
    ...(config.healthCommand && { healthCheck: healthCheckOf(config.healthCommand) }),
  };
}

/**
 * In memory, since an empty volume on Fargate belongs to root and shuts out every other user.
 *
 * https://github.com/aws/containers-roadmap/issues/938, https://github.com/aws/containers-roadmap/issues/736
 */
function writablePath(containerPath: string, { user, writableMiB }: ContainerConfig) {
  const [uid, gid = uid] = user.split(":");
  return {
    containerPath,
    size: writableMiB,
    mountOptions: ["rw", "nosuid", "nodev", `uid=${uid}`, `gid=${gid}`],
  };
}

/** Every 30 s; unhealthy after three failures, none of which counts in the first minute. */
function healthCheckOf(command: readonly string[]) {
  return { command: ["CMD", ...command], interval: 30, timeout: 5, retries: 3, startPeriod: 60 };
}
