import type { Names } from "../naming/names.ts";

/** Name of an environment's cluster, on every platform that has one. */
export const clusterNameOf = (names: Names): string => names.prefix;

/** Name of the service on its cluster. */
export const serviceNameOf = (names: Names): string => names.of("app");
