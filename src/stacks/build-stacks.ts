import type { App } from "cdktf";
import { BootstrapStack } from "./bootstrap-stack.ts";
import type { LiteralSpecs } from "../config/literal-text.ts";
import { ServiceStack } from "./service-stack.ts";
import { TrafficStack } from "./traffic-stack.ts";

/** Builds the construct tree of every stack. */
export function buildStacks(app: App, specs: LiteralSpecs): void {
  if (specs.bootstrap !== undefined) new BootstrapStack(app, specs.bootstrap);
  for (const spec of specs.services) new ServiceStack(app, spec);
  if (specs.copy !== undefined) new ServiceStack(app, specs.copy);
  if (specs.traffic !== undefined) new TrafficStack(app, specs.traffic);
}
