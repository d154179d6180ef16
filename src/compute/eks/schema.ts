import { z } from "zod";
import {
  arn,
  cidrBlock,
  logRetentionDays,
  pattern,
  privateCidrBlock,
  ranges,
  section,
} from "../../config/fields.ts";
import { containerSchema, standbyContainerSchema, type Verdict } from "../fields.ts";
import {
  ARCHITECTURES,
  boundsProblem,
  instanceType,
  instanceTypeProblem,
  volumeGiB,
} from "../instances/fields.ts";
import { kubernetesName, nodePort } from "../nodes/fields.ts";

/**
 * Versions that EKS supports, extended support included, without those that it gives up this year.
 *
 * Source: Amazon EKS, "Understand the Kubernetes version lifecycle on EKS", November 2026. A version is supported for 26
 * months; after that EKS upgrades the cluster by itself, and Terraform would want to take it back.
 */
const KUBERNETES_VERSIONS = ["1.32", "1.33", "1.34", "1.35", "1.36"] as const;

const isSupported = (version: string): boolean => KUBERNETES_VERSIONS.some((known) => known === version);

/** Kubernetes lets nodes be this many minor versions behind their control plane. */
const GREATEST_SKEW = 3;

/** EKS refuses a node group whose maximum is 0. */
const LEAST_MAXIMUM = 1;

const kubernetesVersion = z
  .string()
  .superRefine((version, context) => {
    if (isSupported(version)) return;
    const message = `is no version that Amazon EKS supports, got ${version}; choose one of ${KUBERNETES_VERSIONS.join(", ")}`;
    context.addIssue({ code: "custom", message, input: version });
  })
  .meta({ form: `one of ${KUBERNETES_VERSIONS.join(", ")}` })
  .describe("Kubernetes version of the control plane; raise it by one minor version at a time");

/** Source: Amazon EKS, "Service quotas", public endpoint access CIDR ranges per cluster. */
const MOST_PUBLIC_RANGES = 40;
/** The others of the 60 inbound rules of a security group are those of nodes. Source: Amazon VPC, "Quotas". */
const MOST_PRIVATE_RANGES = 50;

/** Namespaces that begin so are Kubernetes's own. Source: Kubernetes, "Namespaces". */
const isSystem = (namespace: string): boolean => namespace.startsWith("kube-");

const endpointSchema = section({
  public: z
    .boolean()
    .default(false)
    .describe("let the allowed ranges reach the Kubernetes API from the internet, with IAM credentials"),
  allowedCidrs: ranges(cidrBlock(8, 32), MOST_PUBLIC_RANGES, "EKS takes no more")
    .default([])
    .describe("ranges that may reach the public endpoint, such as those of offices and runners"),
  privateCidrs: ranges(privateCidrBlock(8, 32), MOST_PRIVATE_RANGES, "a security group has 60 rules (T62)")
    .default([])
    .describe("ranges besides the nodes that may reach the private endpoint, such as a VPN's"),
})
  .superRefine((endpoint, context) => {
    const message = endpointProblem(endpoint);
    if (message !== undefined) context.addIssue({ code: "custom", path: ["allowedCidrs"], message });
  })
  .describe("who may reach the Kubernetes API; the private endpoint is always on");

function endpointProblem(endpoint: {
  readonly public: boolean;
  readonly allowedCidrs: readonly string[];
}): string | undefined {
  const { public: isPublic, allowedCidrs } = endpoint;
  if (isPublic && allowedCidrs.length === 0)
    return "is empty while the endpoint is public, which lets in the whole internet, got []; name the ranges that may reach it, or set public to false";
  if (!isPublic && allowedCidrs.length > 0)
    return `has no effect while the endpoint is not public, got ${allowedCidrs.join(", ")}; remove it, or set public to true`;
  return undefined;
}

const accessSchema = section({
  principalArn: arn("iam", /^(role|user)\//, "arn:aws:iam::111122223333:role/platform-admin").describe(
    "IAM role or user",
  ),
  policy: z
    .enum(["cluster-admin", "admin", "edit", "view"])
    .describe("what it may do in the cluster; the policies are EKS's own"),
  namespaces: z
    .array(kubernetesName())
    .min(1)
    .optional()
    .describe("namespaces that the policy is limited to; everywhere when absent"),
})
  .refine((access) => access.policy !== "cluster-admin" || access.namespaces === undefined, {
    path: ["namespaces"],
    error: "a cluster-admin is one everywhere; remove namespaces, or choose admin",
  })
  .describe("an access entry");

const nodesSchema = section({
  instanceType: instanceType().describe("type of the nodes"),
  minCount: z.int().min(1).max(450).describe("fewest nodes"),
  maxCount: z.int().min(LEAST_MAXIMUM).max(450).describe("most nodes"),
  desiredCount: z.int().min(1).max(450).optional().describe("nodes to run; minCount when absent"),
  autoscaled: z
    .boolean()
    .default(false)
    .describe(
      "something on the cluster sets the number of nodes, and an apply leaves it; raise minCount above that number by hand first",
    ),
  amiRelease: pattern(
    /^1\.\d+\.\d+-\d{8}$/,
    "a release of the EKS-optimized AMI such as 1.34.2-20260108",
    "name one, since the latest is another one tomorrow (T11)",
  ).describe(
    "release of the EKS-optimized AMI of Amazon Linux 2023; the same in every region; a change replaces the nodes one by one",
  ),
  volumeGiB: volumeGiB(),
}).describe("the managed node group");

const platform = () => z.literal("eks").describe("Amazon EKS");
const retention = () =>
  logRetentionDays().default(90).describe("days that the control plane's logs are kept");

const addonVersion = (addon: string) =>
  pattern(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, "a version such as v1.20.4-eksbuild.1")
    .optional()
    .describe(`version of ${addon}; what EKS chooses for the Kubernetes version when absent`);

/** The service on Amazon EKS. */
export const eksSchema = section({
  platform: platform(),
  kubernetesVersion,
  extendedSupport: z
    .boolean()
    .default(true)
    .describe(
      "stay on the version when its standard support ends, for six times the price of the control plane; otherwise EKS upgrades it by itself, and the plan wants it back",
    ),
  endpoint: endpointSchema.prefault({}),
  access: z
    .array(accessSchema)
    .min(1)
    .refine((list) => new Set(list.map(({ principalArn }) => principalArn)).size === list.length, {
      error: "a principal is named twice; name each once",
    })
    .describe("who may use the cluster; whoever creates it gets no rights by that"),
  nodeSessions: z
    .boolean()
    .default(false)
    .describe("open nodes to Session Manager, which also reaches the private endpoint through them"),
  architecture: z.enum(ARCHITECTURES).default("x86_64").describe("processor architecture of the image"),
  nodes: nodesSchema,
  addonVersions: section({
    vpcCni: addonVersion("the Amazon VPC CNI"),
    kubeProxy: addonVersion("kube-proxy"),
    podIdentityAgent: addonVersion("the Pod Identity agent"),
    coreDns: addonVersion("CoreDNS"),
  })
    .prefault({})
    .describe("versions of the add-ons"),
  nodePort: nodePort(),
  namespace: kubernetesName()
    .refine((namespace) => !isSystem(namespace), {
      error: "namespaces that begin with kube- are Kubernetes's own; choose another",
    })
    .default("app")
    .describe("namespace of the service"),
  serviceAccount: kubernetesName()
    .default("app")
    .describe("service account of the service; its pods, and no others, get the service's role"),
  replicas: z.int().min(1).max(1000).default(2).describe("pods of the service in the manifest"),
  cpuMillicores: z
    .int()
    .min(10)
    .max(192_000)
    .default(500)
    .describe("CPU that a pod asks for; 1000 are one vCPU"),
  memoryMiB: z.int().min(64).max(1_048_576).default(1024).describe("memory of a pod in MiB"),
  container: containerSchema,
  logRetentionDays: retention(),
})
  .superRefine((eks, context) => {
    for (const [path, message] of problems(eks)) {
      if (message !== undefined) context.addIssue({ code: "custom", path: [...path], message });
    }
  })
  .describe("the service on Amazon EKS");

interface Checked {
  readonly kubernetesVersion: string;
  readonly architecture: (typeof ARCHITECTURES)[number];
  readonly nodes: z.output<typeof nodesSchema>;
}

function problems({ kubernetesVersion: version, architecture, nodes }: Checked): readonly Verdict[] {
  const { instanceType, minCount, maxCount, desiredCount = minCount, amiRelease } = nodes;
  const isBetween = minCount > maxCount || (desiredCount >= minCount && desiredCount <= maxCount);
  return [
    [["nodes", "instanceType"], instanceTypeProblem(instanceType, architecture)],
    [["nodes", "minCount"], boundsProblem(minCount, maxCount)],
    [
      ["nodes", "desiredCount"],
      isBetween
        ? undefined
        : `is not between ${minCount} and ${maxCount}, got ${desiredCount}; choose one that is`,
    ],
    [["nodes", "amiRelease"], isSupported(version) ? releaseProblem(amiRelease, version) : undefined],
  ];
}

/** Says why nodes of a release can't join a control plane; undefined when they can. */
function releaseProblem(amiRelease: string, version: string): string | undefined {
  const [node, control] = [minorOf(amiRelease), minorOf(version)];
  if (node <= control && node >= control - GREATEST_SKEW) return undefined;
  const oldest = `1.${control - GREATEST_SKEW}`;
  return `is no release for nodes of Kubernetes ${version}, got ${amiRelease}; choose one from ${oldest} to ${version}`;
}

const minorOf = (version: string): number => Number(version.split(".")[1]);

/** The service of a standby on Amazon EKS; all that is not named here is the primary's. */
export const standbyEksSchema = section({
  platform: platform(),
  desiredCount: z
    .literal(0)
    .default(0)
    .describe("a standby runs no node; its activation gives it the primary's count"),
  endpoint: endpointSchema.optional(),
  container: standbyContainerSchema.prefault({}),
  logRetentionDays: retention(),
}).describe("the service on Amazon EKS; all that is not named here is the primary's");

/** Validated EKS settings. */
export type EksConfig = z.output<typeof eksSchema>;
/** Validated EKS settings of a standby. */
export type StandbyEksConfig = z.output<typeof standbyEksSchema>;
