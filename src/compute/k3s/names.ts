import type { Names } from "../../naming/names.ts";

/** Name of the Auto Scaling group of the control plane. */
export const serverGroupOf = (names: Names): string => names.of("servers");

/** Name of the Auto Scaling group of the workers. */
export const workerGroupOf = (names: Names): string => names.of("workers");

/** Name of the bucket in which the nodes of a cluster meet. */
export const storeOf = (names: Names): string => names.bucket("k3s");
