import { describe, expect, it } from "vitest";
import { serviceParts } from "../../src/diagrams/service.ts";
import type { Box } from "../../src/diagrams/picture.ts";
import { type Changes, synthesizeOne } from "../support/environments.ts";

const boxesOf = (boxes: readonly Box[]): readonly Box[] =>
  boxes.flatMap((box) => [box, ...boxesOf(box.children ?? [])]);

function partsOf(name: string, changes: Changes = {}) {
  const { spec, template } = synthesizeOne(name, changes);
  const { vpc, beside, isOpen } = serviceParts(spec, template);
  const details = new Map(boxesOf([...vpc, ...beside]).map(({ id, details: lines = [] }) => [id, lines]));
  return { isOpen, details };
}

describe("a drawn service", () => {
  it.each([
    ["dr", {}, false, ["nobody may enter"]],
    ["prod", {}, true, ["HTTPS, HTTP"]],
    [
      "prod",
      { prod: { ingress: { allowedCidrs: ["203.0.113.0/24"] } } },
      true,
      ["HTTPS, HTTP", "for some addresses"],
    ],
  ] as const)("says who may enter %s with %o", (name, changes, isOpen, lines) => {
    const parts = partsOf(name, changes);
    expect([parts.isOpen, parts.details.get(`${name}.load-balancer`)]).toEqual([isOpen, lines]);
  });

  it("shows the sizes that were asked for", () => {
    const { details } = partsOf("prod", {
      prod: {
        compute: { autoscaling: undefined, desiredCount: 7 },
        database: { instanceClass: "db.r7g.large" },
      },
    });
    expect(details.get("prod.compute")).toEqual(["7 tasks"]);
    expect(details.get("prod.database")).toContain("db.r7g.large");
  });
});
