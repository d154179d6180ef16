import type { ContainerConfig } from "../fields.ts";
import { withoutExpansion } from "../../config/literal-text.ts";
import { imageOf } from "../image-reference.ts";

/** What a manifest needs besides what a person wrote about the container. */
interface ManifestWiring {
  readonly config: ContainerConfig;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly replicas: number;
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  readonly nodePort: number;
  readonly repositoryUrl: string;
  /** What the platform tells the application, besides the variables of the container. */
  readonly environment: Readonly<Record<string, string>>;
  /** Secret of the cluster with the database's password; undefined where pods have rights of their own to read it. */
  readonly credentials?: Credentials;
  /** Path that answers when a pod is healthy. */
  readonly healthPath: string;
}

/** A key of a secret in the pods' namespace. */
interface Credentials {
  readonly secretName: string;
  readonly key: string;
}

/** Where pods find it; a volume follows the secret when RDS rotates the password, which a variable does not. */
const CREDENTIALS_FOLDER = "/var/run/secrets/database";

/** Name of the Deployment, the Service and the container. */
export const APP = "app";

const LABELS = { "app.kubernetes.io/name": APP };
const SELECTOR = { matchLabels: LABELS };

/**
 * What runs the service on a Kubernetes cluster, as `kubectl apply -f -` takes it.
 *
 * Terraform does not apply it: whoever deploys the service does, by hand or with a tool that watches a repository. On a
 * cluster without nodes its pods wait, and start by themselves when nodes come.
 */
export function serviceManifest(wiring: ManifestWiring): string {
  const { namespace, serviceAccount } = wiring;
  const metadata = { name: APP, namespace, labels: LABELS };
  const items = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: serviceAccount, namespace },
      // The application asks AWS, not the cluster.
      automountServiceAccountToken: false,
    },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: deployment(wiring) },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata,
      // One at a time, so that a replacement of nodes is no outage.
      spec: { maxUnavailable: 1, selector: SELECTOR },
    },
    { apiVersion: "v1", kind: "Service", metadata, spec: service(wiring) },
  ];
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

function service({ config, nodePort }: ManifestWiring) {
  return {
    type: "NodePort",
    selector: LABELS,
    // Every node answers, whether or not it has a pod: the load balancer counts nodes.
    externalTrafficPolicy: "Cluster",
    ports: [{ port: config.port, targetPort: config.port, nodePort, protocol: "TCP" }],
  };
}

function deployment({ replicas, serviceAccount, ...wiring }: ManifestWiring) {
  const { user, writablePaths, writableMiB } = wiring.config;
  const [uid, gid = uid] = user.split(":").map(Number);
  return {
    replicas,
    selector: SELECTOR,
    template: {
      metadata: { labels: LABELS },
      spec: {
        serviceAccountName: serviceAccount,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: uid,
          runAsGroup: gid,
          fsGroup: gid,
          seccompProfile: { type: "RuntimeDefault" },
        },
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: "topology.kubernetes.io/zone",
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: SELECTOR,
          },
        ],
        containers: [container({ replicas, serviceAccount, ...wiring })],
        volumes: [
          ...writablePaths.map((_, index) => ({
            name: volumeName(index),
            emptyDir: { medium: "Memory", sizeLimit: `${writableMiB}Mi` },
          })),
          ...(wiring.credentials === undefined
            ? []
            : [{ name: "database", secret: { secretName: wiring.credentials.secretName } }]),
        ],
      },
    },
  };
}

function container(wiring: ManifestWiring) {
  const { config, repositoryUrl, cpuMillicores, memoryMiB, healthPath } = wiring;
  const memory = `${memoryMiB}Mi`;
  return {
    name: APP,
    image: imageOf(repositoryUrl, config.image),
    ports: [{ containerPort: config.port, protocol: "TCP" }],
    env: environmentOf(wiring),
    // CPU without a limit: what the node has left over is nobody else's.
    resources: { requests: { cpu: `${cpuMillicores}m`, memory }, limits: { memory } },
    readinessProbe: { httpGet: { path: healthPath, port: config.port }, periodSeconds: 10 },
    ...(config.healthCommand && {
      livenessProbe: { exec: { command: config.healthCommand }, initialDelaySeconds: 60, periodSeconds: 30 },
    }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      ...config.writablePaths.map((mountPath, index) => ({ name: volumeName(index), mountPath })),
      ...(wiring.credentials === undefined
        ? []
        : [{ name: "database", mountPath: CREDENTIALS_FOLDER, readOnly: true }]),
    ],
  };
}

const volumeName = (index: number): string => `writable-${index + 1}`;

function environmentOf({ config, environment, credentials }: ManifestWiring) {
  const file =
    credentials === undefined
      ? {}
      : { DATABASE_CREDENTIALS_FILE: `${CREDENTIALS_FOLDER}/${credentials.key}` };
  const own = Object.entries(config.environment).map(
    ([name, value]) => [name, withoutExpansion(value)] as const,
  );
  const all = new Map([...own, ...Object.entries({ ...environment, ...file })]);
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name, value }));
}
