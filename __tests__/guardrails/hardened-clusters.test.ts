import { expect, it } from "vitest";
import { hardenedClusters } from "../../src/guardrails/hardened-clusters.ts";
import { parseTemplate } from "../../src/guardrails/template.ts";
import { EKS } from "../compute/eks/environments.ts";
import { breaches } from "../support/breaches.ts";
import { merge, synthesizeOne } from "../support/environments.ts";

const CLUSTER = "aws_eks_cluster.compute_control_plane_cluster";
const { spec, template } = synthesizeOne("prod", EKS);

/** What the rule says of the production environment with a cluster that differs. */
const changed = (cluster: object) => {
  const resource = { aws_eks_cluster: { compute_control_plane_cluster: cluster } };
  return breaches(hardenedClusters, { spec, template: parseTemplate(merge(template, { resource })) });
};

const access = { authentication_mode: "API", bootstrap_cluster_creator_admin_permissions: false };

it("holds for the clusters that this project makes", () => {
  expect(changed({})).toEqual([]);
});

it("holds for a public endpoint that names its ranges", () => {
  const vpc_config = { endpoint_public_access: true, public_access_cidrs: ["198.51.100.0/24"] };
  expect(changed({ vpc_config })).toEqual([]);
});

it.each<[string, object]>([
  ["keeps Kubernetes secrets without a customer key", { encryption_config: undefined }],
  [
    "keeps Kubernetes secrets without a customer key",
    { encryption_config: { provider: { key_arn: "alias/aws/eks" } } },
  ],
  ["does not log all that its control plane does", { enabled_cluster_log_types: ["api"] }],
  ["does not log all that its control plane does", { name: "whose-log-group-is-not-here" }],
  ["is reached by its own nodes over the internet", { vpc_config: { endpoint_private_access: false } }],
  ["opens its API to the whole internet", { vpc_config: { endpoint_public_access: true } }],
  ["opens its API to the whole internet", { vpc_config: { endpoint_public_access: undefined } }],
  [
    "opens its API to the whole internet",
    { vpc_config: { endpoint_public_access: true, public_access_cidrs: ["0.0.0.0/0"] } },
  ],
  [
    "knows principals that no access entry names",
    { access_config: { ...access, authentication_mode: "API_AND_CONFIG_MAP" } },
  ],
  [
    "knows principals that no access entry names",
    { access_config: { ...access, bootstrap_cluster_creator_admin_permissions: undefined } },
  ],
])("refuses a cluster that %s", (wrong, cluster) => {
  const [line, ...others] = changed(cluster);
  expect(line).toContain(`${CLUSTER} ${wrong}`);
  expect(others).toEqual([]);
});
