import { clusterNameOf, serviceNameOf } from "../../compute/names.ts";
import type { ServiceSpec } from "../../config/spec.ts";

/** Name of an environment's cluster. */
export const clusterOf = ({ names }: ServiceSpec): string => clusterNameOf(names);

/** Name of its service. */
export const serviceOf = ({ names }: ServiceSpec): string => serviceNameOf(names);
