import { containersOf } from "./containers.ts";
import type { Guardrail } from "./guardrail.ts";

/** A process that breaks out of its container as root is root outside, too. */
export const nonRootContainer: Guardrail = {
  name: "non-root-container",
  summary: "every container runs as a numeric user other than root",
  violations: ({ template }) =>
    containersOf(template)
      .filter(({ user }) => user === undefined || !/^[1-9]\d*(:[1-9]\d*)?$/.test(user))
      .map(({ address, name, user }) => ({
        key: "compute.container.user",
        message: `container ${name} of ${address} may run as root, got user ${user ?? "of the image"}; give it a numeric user such as 10001:10001`,
      })),
};
