import type { Names } from "../../naming/names.ts";

/** Name of the managed node group. */
export const nodeGroupNameOf = (names: Names): string => names.of("nodes");
