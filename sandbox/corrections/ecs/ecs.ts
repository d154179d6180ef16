import type { EmulationFactory } from "../../gateway/emulation.ts";
import { registeredTasks } from "./registered-tasks.ts";
import { scalableTargets } from "./scalable-targets.ts";
import { EcsServices } from "./services.ts";

/** Services, the range in which their count is kept, and their tasks behind load balancers. */
export const ecs: EmulationFactory = (world) => {
  const services = new EcsServices(world);
  return [services.emulation(), scalableTargets(world), registeredTasks(world, services)];
};
