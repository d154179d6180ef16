import type { EcsConfig } from "./schema.ts";

/** A share of the tasks on one capacity provider. */
export interface CapacityShare {
  readonly capacityProvider: string;
  readonly weight: number;
  readonly base?: number;
}

/** How tasks are spread over Fargate's capacity providers; the base is filled first, and the rest by weight. */
export function fargateShares(
  capacity: Exclude<EcsConfig["capacity"], { readonly mode: "ec2" }>,
): CapacityShare[] {
  switch (capacity.mode) {
    case "fargate":
      return [{ capacityProvider: "FARGATE", weight: 1 }];
    case "fargate-spot": {
      const { onDemandBase } = capacity;
      const onDemand = { capacityProvider: "FARGATE", weight: 0, base: onDemandBase };
      return [...(onDemandBase > 0 ? [onDemand] : []), { capacityProvider: "FARGATE_SPOT", weight: 1 }];
    }
  }
}
