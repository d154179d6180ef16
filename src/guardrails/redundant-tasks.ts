import type { Guardrail } from "./guardrail.ts";
import { isProduction } from "./guardrail.ts";
import { instanceGroupsOf } from "./instance-groups.ts";
import { taskCountsOf } from "./task-counts.ts";

const LEAST_COUNT = 2;

/** One task is gone with its zone, its host or its own mistake. */
export const redundantTasks: Guardrail = {
  name: "redundant-tasks",
  summary:
    "in a production environment at least two tasks of the service run, on at least two instances or nodes",
  violations: (subject) => {
    if (!isProduction(subject)) return [];
    const tasks = taskCountsOf(subject.template)
      .filter(({ leastCount }) => !(leastCount >= LEAST_COUNT))
      .map(({ address, by, leastCount }) => ({
        key: by === "min_capacity" ? "compute.autoscaling.minCount" : "compute.desiredCount",
        message: `${address} keeps too few tasks for production, got ${by} ${leastCount}; run at least ${LEAST_COUNT}`,
      }));
    const instances = instanceGroupsOf(subject.template)
      .filter(({ minimum }) => !(minimum >= LEAST_COUNT))
      .map(({ address, key, minimum }) => ({
        key,
        message: `${address} keeps too few instances for production, got min_size ${minimum}; keep at least ${LEAST_COUNT}`,
      }));
    return [...tasks, ...instances];
  },
};
