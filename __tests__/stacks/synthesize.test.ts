import { afterEach, describe, expect, it, vi } from "vitest";
import { type Specs, specsOf } from "../../src/config/spec.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { configure, TRAFFIC } from "../support/environments.ts";

const specs = specsOf(configure({ traffic: TRAFFIC, bootstrap: { stateReplication: { enabled: true } } }));
const none: Specs = { bootstrap: undefined, services: [], traffic: undefined };
const alone: Readonly<Record<string, Specs>> = {
  bootstrap: { ...none, bootstrap: specs.bootstrap },
  ...Object.fromEntries(specs.services.map((spec) => [spec.name, { ...none, services: [spec] }])),
  traffic: { ...none, traffic: specs.traffic },
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a synthesis", () => {
  const { files } = synthesize(specs);

  it.each(Object.entries(alone))("makes %s from its spec alone, whatever else is made", (name, single) => {
    const path = `stacks/${name}/cdk.tf.json`;
    expect(files.get(path)?.length).toBeGreaterThan(1000);
    expect(synthesize(single).files.get(path)).toBe(files.get(path));
  });

  it("needs no Terraform", () => {
    vi.stubEnv("PATH", "");
    expect(synthesize(specs).files).toEqual(files);
  });
});
