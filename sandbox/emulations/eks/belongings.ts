import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { readJson } from "../../gateway/input.ts";
import { AwsError } from "../../gateway/reply.ts";
import type { Actions } from "../backup/actions.ts";
import {
  type AccessEntry,
  type Cluster,
  type Described,
  type EksState,
  found,
  invalid,
  inUse,
  tagsSchema,
} from "./state.ts";

const addonSchema = z.looseObject({ addonName: z.string(), tags: tagsSchema });

/** Runs on a node of its own choice, and nowhere without one; the others run on every node (T10). */
const NEEDS_NODES: ReadonlySet<string> = new Set(["coredns"]);

/** Add-ons, healthy when they have the nodes that they need. */
export const addonActions = (state: EksState): Actions => ({
  CreateAddon: async (call) => {
    const cluster = state.cluster(call);
    const input = await readJson(call, addonSchema);
    if (cluster.addons.has(input.addonName)) throw inUse("Addon already exists.");
    const { resolveConflicts: _, ...settings } = input;
    const clusterName = call.parameters["clusterName"];
    cluster.addons.set(input.addonName, {
      addonVersion: "v1.0.0-eksbuild.1",
      ...settings,
      clusterName,
      addonArn: state.arn(call.region, `addon/${clusterName}/${input.addonName}/${randomUUID()}`),
      createdAt: call.time,
      modifiedAt: call.time,
    });
    return { addon: { ...addon(cluster, input.addonName), status: "CREATING" } };
  },
  DescribeAddon: (call) => ({ addon: addon(state.cluster(call), call.parameters["addonName"] ?? "") }),
  DeleteAddon: (call) => {
    const cluster = state.cluster(call);
    const name = call.parameters["addonName"] ?? "";
    const gone = addon(cluster, name);
    cluster.addons.delete(name);
    return { addon: { ...gone, status: "DELETING" } };
  },
});

function addon({ addons, nodeGroups }: Cluster, name: string): Described {
  const known = found(addons.get(name), `No addon: ${name} found in cluster`);
  const nodes = [...nodeGroups.values()].reduce((sum, { scaling }) => sum + scaling.desiredSize, 0);
  const isHealthy = nodes > 0 || !NEEDS_NODES.has(name);
  return { ...known, status: isHealthy ? "ACTIVE" : "DEGRADED", health: { issues: [] } };
}

const entrySchema = z.looseObject({
  principalArn: z.string(),
  kubernetesGroups: z.array(z.string()).default([]),
  type: z.string().default("STANDARD"),
  tags: tagsSchema,
});
const policySchema = z.looseObject({ policyArn: z.string(), accessScope: z.unknown() });

/** Who may use a cluster. Nobody is asked: there is no Kubernetes behind it. */
export const accessActions = (state: EksState): Actions => ({
  CreateAccessEntry: async (call) => {
    const { accessEntries, described } = state.cluster(call);
    const input = await readJson(call, entrySchema);
    if (JSON.stringify(described["accessConfig"]).includes('"CONFIG_MAP"'))
      throw new AwsError(
        "InvalidRequestException",
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
      );
    if (input.kubernetesGroups.some((group) => group.startsWith("system:")))
      throw invalid("The kubernetes group name is invalid, it cannot start with system:");
    if (accessEntries.has(input.principalArn))
      throw inUse("The specified access entry resource is already in use on this cluster.");
    const clusterName = call.parameters["clusterName"];
    const { principalArn } = input;
    accessEntries.set(principalArn, {
      described: {
        username: principalArn,
        ...input,
        clusterName,
        accessEntryArn: state.arn(call.region, `access-entry/${clusterName}/role/${randomUUID()}`),
        createdAt: call.time,
        modifiedAt: call.time,
      },
      policies: new Map(),
    });
    return { accessEntry: accessEntries.get(principalArn)?.described };
  },
  DescribeAccessEntry: (call) => ({ accessEntry: entry(state, call).described }),
  DeleteAccessEntry: (call) => {
    entry(state, call);
    state.cluster(call).accessEntries.delete(call.parameters["principalArn"] ?? "");
    return {};
  },
  AssociateAccessPolicy: async (call) => {
    const { policyArn, accessScope } = await readJson(call, policySchema);
    const associated = { policyArn, accessScope, associatedAt: call.time, modifiedAt: call.time };
    entry(state, call).policies.set(policyArn, associated);
    const { clusterName, principalArn } = call.parameters;
    return { clusterName, principalArn, associatedAccessPolicy: associated };
  },
  ListAssociatedAccessPolicies: (call) => {
    const { clusterName, principalArn } = call.parameters;
    return { clusterName, principalArn, associatedAccessPolicies: [...entry(state, call).policies.values()] };
  },
  DisassociateAccessPolicy: (call) => {
    entry(state, call).policies.delete(call.parameters["policyArn"] ?? "");
    return {};
  },
});

const entry = (state: EksState, call: Call): AccessEntry =>
  found(
    state.cluster(call).accessEntries.get(call.parameters["principalArn"] ?? ""),
    "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
  );

const associationSchema = z.looseObject({
  namespace: z.string(),
  serviceAccount: z.string(),
  roleArn: z.string(),
  tags: tagsSchema,
});

/** Roles of service accounts; no pod asks for one. */
export const podIdentityActions = (state: EksState): Actions => ({
  CreatePodIdentityAssociation: async (call) => {
    const { associations } = state.cluster(call);
    const input = await readJson(call, associationSchema);
    const { namespace, serviceAccount } = input;
    for (const known of associations.values()) {
      if (known["namespace"] === namespace && known["serviceAccount"] === serviceAccount)
        throw inUse("Association already exists");
    }
    const associationId = `a-${randomUUID().replaceAll("-", "").slice(0, 16)}`;
    const clusterName = call.parameters["clusterName"];
    associations.set(associationId, {
      ...input,
      clusterName,
      associationId,
      associationArn: state.arn(call.region, `podidentityassociation/${clusterName}/${associationId}`),
      createdAt: call.time,
      modifiedAt: call.time,
    });
    return { association: associations.get(associationId) };
  },
  DescribePodIdentityAssociation: (call) => ({ association: association(state, call) }),
  DeletePodIdentityAssociation: (call) => {
    const gone = association(state, call);
    state.cluster(call).associations.delete(String(gone["associationId"]));
    return { association: gone };
  },
});

const association = (state: EksState, call: Call): Described => {
  const id = call.parameters["associationId"] ?? "";
  return found(state.cluster(call).associations.get(id), `No association found for ID: ${id}`);
};
