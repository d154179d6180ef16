import { describe, expect, it } from "vitest";
import { resourcesIn } from "../../../src/recovery/terraform/pulled-state.ts";

const resource = (more: object) => ({ mode: "managed", type: "aws_vpc", name: "network", ...more });
const pulled = (...resources: object[]) =>
  JSON.stringify({ version: 4, serial: 3, lineage: "3f8d", outputs: {}, resources });

describe("a state as it was pulled", () => {
  it("has the addresses that terraform state list prints", () => {
    const state = pulled(
      resource({ instances: [{ schema_version: 9, attributes: { id: "vpc-1", unheard_of: true } }] }),
      resource({ mode: "data", name: "seen", instances: [{ attributes: { id: "vpc-2" } }] }),
      resource({ name: "many", instances: [{ index_key: 0, attributes: {} }] }),
      resource({ name: "named", instances: [{ index_key: "a", attributes: {} }] }),
      resource({ module: "module.other", instances: [{ attributes: {} }] }),
    );
    expect([...resourcesIn(state).keys()]).toEqual([
      "aws_vpc.network",
      "data.aws_vpc.seen",
      "aws_vpc.many[0]",
      'aws_vpc.named["a"]',
      "module.other.aws_vpc.network",
    ]);
    expect(resourcesIn(state).get("aws_vpc.network")).toEqual({ id: "vpc-1", unheard_of: true });
  });

  it("knows what stands at an address, and not what made way for it", () => {
    const deposed = { attributes: { id: "old" }, deposed: "0a1b2c3d" };
    const both = resourcesIn(pulled(resource({ instances: [{ attributes: { id: "new" } }, deposed] })));
    expect(both.get("aws_vpc.network")).toEqual({ id: "new" });
    expect(resourcesIn(pulled(resource({ instances: [deposed] })))).toEqual(new Map());
  });

  it("is empty where nothing was ever applied, and an error where it is no state", () => {
    expect(resourcesIn("")).toEqual(new Map());
    expect(resourcesIn(pulled())).toEqual(new Map());
    expect(() => resourcesIn(JSON.stringify({ resources: "none" }))).toThrow("expected array");
  });
});
