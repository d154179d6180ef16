import type { EmulationFactory } from "../../gateway/emulation.ts";
import { scalableTargets } from "./scalable-targets.ts";
import { EcsServices } from "./services.ts";

/** Services, and the range in which their count is kept. */
export const ecs: EmulationFactory = (world) => [new EcsServices(world).emulation(), scalableTargets(world)];
