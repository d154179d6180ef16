import { show } from "../config/show.ts";
import { isCustomerKey } from "./customer-keys.ts";
import type { Guardrail } from "./guardrail.ts";
import { blocksOf, type Resource, resourcesOf, type Template } from "./template.ts";

type Body = Resource["body"];

interface Demand {
  /** The key that a person would change; empty where only the code could. */
  readonly key: string;
  readonly wrong: string;
  readonly got: (body: Body) => unknown;
  readonly remedy: string;
  readonly holds: (body: Body, template: Template) => boolean;
}

const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

const one = (body: Body, block: string): Body => blocksOf(body, block)[0] ?? {};
const keyOf = (body: Body): unknown => one(one(body, "encryption_config"), "provider")["key_arn"];
const rangesOf = (body: Body): unknown => one(body, "vpc_config")["public_access_cidrs"];

const DEMANDS: readonly Demand[] = [
  {
    key: "",
    wrong: "keeps Kubernetes secrets without a customer key",
    got: keyOf,
    remedy: "encrypt secrets with the environment's data key",
    holds: (body, template) => isCustomerKey(keyOf(body), template),
  },
  {
    // An intruder in the cluster is seen in the audit log, or nowhere.
    key: "",
    wrong: "does not log all that its control plane does to a log group of the stack",
    got: (body) => body["enabled_cluster_log_types"],
    remedy: `enable ${LOG_TYPES.join(", ")}, and make the log group first`,
    holds: (body, template) => logsEverything(body) && hasLogGroup(body, template),
  },
  {
    key: "",
    wrong: "is reached by its own nodes over the internet",
    got: (body) => one(body, "vpc_config")["endpoint_private_access"],
    remedy: "set endpoint_private_access to true",
    holds: (body) => one(body, "vpc_config")["endpoint_private_access"] === true,
  },
  {
    key: "compute.endpoint.allowedCidrs",
    wrong: "opens its API to the whole internet",
    got: rangesOf,
    remedy: "name the ranges that may reach it, or set public to false",
    holds: (body) =>
      one(body, "vpc_config")["endpoint_public_access"] === false || namesRanges(rangesOf(body)),
  },
  {
    // Otherwise whoever created it stays an administrator whom no access entry shows.
    key: "",
    wrong: "knows principals that no access entry names",
    got: (body) => one(body, "access_config"),
    remedy: "set authentication_mode to API and bootstrap_cluster_creator_admin_permissions to false",
    holds: (body) => {
      const access = one(body, "access_config");
      return (
        access["authentication_mode"] === "API" &&
        access["bootstrap_cluster_creator_admin_permissions"] === false
      );
    },
  },
];

/** Whoever owns a control plane owns everything on its nodes. */
export const hardenedClusters: Guardrail = {
  name: "hardened-clusters",
  summary:
    "every EKS cluster encrypts its secrets with a customer key, logs its control plane, is private or open to named ranges, and lets in who has an access entry",
  violations: ({ template }) =>
    resourcesOf(template, "aws_eks_cluster").flatMap(({ address, body }) =>
      DEMANDS.filter(({ holds }) => !holds(body, template)).map(({ key, wrong, got, remedy }) => ({
        key,
        message: `${address} ${wrong}, got ${show(got(body))}; ${remedy}`,
      })),
    ),
};

function logsEverything(body: Body): boolean {
  const logged = new Set([body["enabled_cluster_log_types"]].flat());
  return LOG_TYPES.every((type) => logged.has(type));
}

const hasLogGroup = (body: Body, template: Template): boolean =>
  resourcesOf(template, "aws_cloudwatch_log_group").some(
    (group) => group.body["name"] === `/aws/eks/${String(body["name"])}/cluster`,
  );

/** A list that is left out means everybody. */
function namesRanges(ranges: unknown): boolean {
  if (!Array.isArray(ranges) || ranges.length === 0) return false;
  return ranges.every((range) => typeof range === "string" && /^[0-9.]+\/([89]|[1-3]\d)$/.test(range));
}
