import type { Guardrail, Violation } from "./guardrail.ts";
import { instanceGroupsOf } from "./instance-groups.ts";
import { taskCountsOf } from "./task-counts.ts";
import type { Template } from "./template.ts";

/** A pilot light costs next to nothing, and never writes beside its primary (T43). */
export const noTasksInStandby: Guardrail = {
  name: "no-tasks-in-standby",
  summary:
    "a standby runs neither task nor instance nor node, and nothing scales it out, until it is activated",
  violations: ({ spec, template }) => {
    if (!("role" in spec) || spec.role.kind !== "standby" || spec.role.posture !== "standby") return [];
    return [...tasksIn(template), ...instancesIn(template)];
  },
};

function tasksIn(template: Template): Violation[] {
  return taskCountsOf(template)
    .filter(({ leastCount }) => leastCount !== 0)
    .map(({ address, by, leastCount }) => ({
      key: "compute.desiredCount",
      message: `${address} starts tasks in a standby, got ${by} ${leastCount}; leave it at 0, the activation scales it`,
    }));
}

/** A maximum above 0 is enough for something else to start instances (T9). */
function instancesIn(template: Template): Violation[] {
  return instanceGroupsOf(template).flatMap(({ address, sizes }) =>
    sizes
      .filter(({ count, least }) => count !== least)
      .map(({ name, count, least }) => ({
        key: "compute",
        message: `${address} may start instances in a standby, got ${name} ${count}; leave it at ${least}, the activation scales it`,
      })),
  );
}
