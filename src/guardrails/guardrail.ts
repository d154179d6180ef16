import type { BootstrapSpec, ServiceSpec, TrafficSpec } from "../config/spec.ts";
import type { Template } from "./template.ts";

/** A stack as a guardrail sees it. */
export interface Subject {
  readonly spec: BootstrapSpec | ServiceSpec | TrafficSpec;
  readonly template: Template;
  /** Templates of the other stacks by id; absent when a stack is looked at alone. */
  readonly others?: ReadonlyMap<string, Template>;
}

/** A breach of a guardrail. */
export interface Violation {
  /** The key that a person would change. */
  readonly key: string;
  /** What is wrong, got what; what to do. */
  readonly message: string;
}

/** A rule over the synthesized JSON; an environment can except itself by name, with a reason. */
export interface Guardrail {
  readonly name: string;
  /** What it demands, of which environments; one sentence for the documentation. */
  readonly summary: string;
  readonly violations: (subject: Subject) => readonly Violation[];
}

/** A production environment, or a standby that has become one. A pilot light is neither (T45). */
export function isProduction({ spec }: Subject): boolean {
  if (!("role" in spec) || !spec.production) return false;
  return spec.role.kind === "primary" || spec.role.posture === "active";
}
