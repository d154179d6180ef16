import type { App } from "cdktf";
import type { Specs } from "../config/spec.ts";
import { BootstrapStack } from "./bootstrap-stack.ts";
import { ServiceStack } from "./service-stack.ts";
import { TrafficStack } from "./traffic-stack.ts";

/** Builds the construct tree of every stack. */
export function buildStacks(app: App, specs: Specs): void {
  if (specs.bootstrap !== undefined) new BootstrapStack(app, specs.bootstrap);
  for (const spec of specs.services) new ServiceStack(app, spec);
  if (specs.copy !== undefined) new ServiceStack(app, specs.copy);
  if (specs.traffic !== undefined) new TrafficStack(app, specs.traffic);
}
