import { composeConfiguration } from "../config/load.ts";
import type { SourceFiles } from "../config/read-files.ts";
import { specsOf, type StackSpec, type Specs } from "../config/spec.ts";
import type { Template } from "../guardrails/template.ts";
import { synthesize } from "../stacks/synthesize.ts";
import { type Changes, withChanges } from "./changes.ts";

/** Synthesizes variants of one set of environments; a stack that a variant leaves alone is made once. */
export class Variants {
  private readonly made = new Map<string, Template>();

  constructor(
    private readonly sources: SourceFiles,
    private readonly directory: string,
  ) {}

  /** Every stack after some changes, one after the other. Neither guardrails nor unmet objectives stop it: nothing of it is applied. */
  stacks(changes: readonly Changes[]): ReadonlyMap<string, Template> {
    const sources = changes.reduce(withChanges, this.sources);
    const specs = specsOf(composeConfiguration(sources, this.directory, { unmetObjectives: "accept" }));
    return new Map(singles(specs).map(([spec, single]) => [spec.name, this.template(spec, single)]));
  }

  private template(spec: StackSpec, single: Specs): Template {
    const key = JSON.stringify(spec);
    const template = this.made.get(key) ?? synthesize(single).templates.get(spec.name);
    if (template === undefined) throw new Error(`stack ${spec.name} was not synthesized`);
    this.made.set(key, template);
    return template;
  }
}

/** Each stack as a configuration of its own. */
function singles({ bootstrap, services, traffic }: Specs): (readonly [StackSpec, Specs])[] {
  const none: Specs = { bootstrap: undefined, services: [], traffic: undefined };
  return [
    ...(bootstrap === undefined ? [] : [[bootstrap, { ...none, bootstrap }] as const]),
    ...services.map((spec) => [spec, { ...none, services: [spec] }] as const),
    ...(traffic === undefined ? [] : [[traffic, { ...none, traffic }] as const]),
  ];
}
