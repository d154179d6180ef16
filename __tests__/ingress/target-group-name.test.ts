import { assert, constantFrom, integer, pre, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { targetGroupSuffix } from "../../src/ingress/target-group-name.ts";

const port = integer({ min: 1, max: 65_535 });
const type = constantFrom("ip" as const, "instance" as const);

describe("targetGroupSuffix", () => {
  it("has three characters that a target group's name may end with", () => {
    assert(
      property(port, type, (port, type) => {
        expect(targetGroupSuffix(port, type)).toMatch(/^[a-z0-9]{3}$/);
      }),
    );
  });

  it("differs between two ports, but for those 46656 apart", () => {
    assert(
      property(port, port, type, (one, other, type) => {
        pre(one !== other && Math.abs(one - other) !== 46_656);
        expect(targetGroupSuffix(one, type)).not.toBe(targetGroupSuffix(other, type));
      }),
    );
  });

  it("differs between the target types of a port", () => {
    assert(
      property(port, (port) => {
        expect(targetGroupSuffix(port, "ip")).not.toBe(targetGroupSuffix(port, "instance"));
      }),
    );
  });
});
