import type { Emulation, World } from "../../gateway/emulation.ts";
import { jsonReply } from "../../gateway/reply.ts";
import type { Actions } from "../backup/actions.ts";
import { accessActions, addonActions, podIdentityActions } from "./belongings.ts";
import { clusterActions } from "./clusters.ts";
import { nodeGroupActions } from "./node-groups.ts";
import { EksState } from "./state.ts";

/**
 * Amazon EKS as far as Terraform knows it. moto has clusters and node groups without security groups, instances, add-ons,
 * access entries and pod identities, which belong together: all of them live here, and what else EKS can do stays with moto.
 */
export function eks(world: World): Emulation[] {
  const state = new EksState(world);
  const actions: Actions = {
    ...clusterActions(state),
    ...nodeGroupActions(state),
    ...addonActions(state),
    ...accessActions(state),
    ...podIdentityActions(state),
  };
  return [
    {
      service: "eks",
      handles: ({ action }) => Object.hasOwn(actions, action),
      async handle(call) {
        return jsonReply((await actions[call.action]?.(call)) ?? {});
      },
    },
  ];
}
