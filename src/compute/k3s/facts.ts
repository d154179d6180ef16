import type { ComputeFacts } from "../facts.ts";
import type { SavedState } from "../saved-state.ts";
import { instancesVcpuNeed } from "../instances/vcpu-need.ts";
import { clusterNameOf } from "../names.ts";
import { serverGroupOf, storeOf, workerGroupOf } from "./names.ts";
import type { K3sConfig } from "./schema.ts";
import { k3sActivated, k3sPilotLight } from "./standby.ts";
import { OBJECTS, readSnapshot } from "./user-data/objects.ts";

/** A k3s cluster, as everybody sees it who builds nothing. */
export function k3sFacts(config: K3sConfig): ComputeFacts {
  const { servers, workers } = config;
  const { minCount: min, maxCount: max } = workers;
  return {
    vcpuNeed: instancesVcpuNeed([
      { instanceType: servers.instanceType, usual: servers.count, most: servers.count },
      { instanceType: workers.instanceType, usual: min, most: max },
    ]),
    scale: (names) => ({
      kind: "instance-groups",
      clusterName: clusterNameOf(names),
      groups: [
        { name: serverGroupOf(names), min: servers.count, max: servers.count, desired: servers.count },
        { name: workerGroupOf(names), min, max, desired: min },
      ],
    }),
    savedState: (names) => (config.snapshots.replicated ? savedIn(storeOf(names), config) : undefined),
    unpaired: config.snapshots.replicated ? [COPIES_WITHOUT_STANDBY] : [],
    // Versioned snapshots would keep the bucket.
    disposable: { ...config, snapshots: { ...config.snapshots, replicated: false, forceDestroy: true } },
    pairedWith: (standby) =>
      standby.platform === "k3s"
        ? {
            problems: () => [],
            pilotLight: () => k3sPilotLight(config, standby),
            activated: () => k3sActivated(config, standby),
          }
        : undefined,
  };
}

const COPIES_WITHOUT_STANDBY = {
  key: "compute.snapshots.replicated",
  message: "has no effect without a standby, got true; add one, or remove the key",
};

const savedIn = (bucket: string, { snapshots }: K3sConfig): SavedState => ({
  bucket,
  prefix: OBJECTS.snapshots,
  intervalMinutes: snapshots.intervalMinutes,
  read: (key) => {
    const snapshot = readSnapshot(key);
    return snapshot && { savedAt: snapshot.savedAt, needs: `${OBJECTS.serverTokens}${snapshot.tokenId}` };
  },
});
