/** What every node's script is told; all else it reads from the rendezvous when it starts. */
export interface WorkerSettings {
  readonly region: string;
  /** Bucket in which the nodes of a cluster meet. */
  readonly bucket: string;
  /** Folder that stands for the root of the file system; tests run the script below one. */
  readonly root?: string;
}

/** What a server's script is told. */
export interface ServerSettings extends WorkerSettings {
  /** Name of the cluster, which is part of the names of its snapshots. */
  readonly cluster: string;
  /** Auto Scaling groups of the servers and of the workers. */
  readonly serverGroup: string;
  readonly workerGroup: string;
  readonly snapshotIntervalMinutes: number;
}

/** Launch hook that holds a new server back from its group until it is a member of the cluster. */
export const JOINED_HOOK = "joined";

/** Where servers report how the cluster is. */
export const METRICS_NAMESPACE = "PilotLight/k3s";

/** Without a sign of life for so long a cluster counts as lost, and the next server restores it. */
export const LEASE_MINUTES = 10;

/** Assignments that open every script. */
export const workerAssignments = ({ region, bucket, root = "" }: WorkerSettings): string =>
  assignments({
    AWS_DEFAULT_REGION: region,
    BUCKET: bucket,
    LEASE_SECONDS: String(LEASE_MINUTES * 60),
    ROOT: root,
  });

/** What a server is told besides. */
export const serverAssignments = (settings: ServerSettings): string =>
  workerAssignments(settings) +
  assignments({
    CLUSTER: settings.cluster,
    SERVER_GROUP: settings.serverGroup,
    WORKER_GROUP: settings.workerGroup,
    INTERVAL_MINUTES: String(settings.snapshotIntervalMinutes),
  });

const assignments = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join("");

/** No value needs more than quotes, and none is a secret. */
function quoted(value: string): string {
  if (!/^[A-Za-z0-9._/-]*$/.test(value)) throw new Error(`not fit for a script: ${value}`);
  return `'${value}'`;
}
