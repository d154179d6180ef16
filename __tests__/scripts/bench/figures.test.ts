import { describe, expect, it } from "vitest";
import { atLeast, atMost, cells, type Figure, isMet, verdict } from "../../../scripts/bench/figures.ts";
import type { Machine } from "../../../scripts/bench/machine.ts";
import { median } from "../../../scripts/bench/measure.ts";
import { toJson, withFigures } from "../../../scripts/bench/report.ts";

const machine: Machine = {
  cpu: "a processor",
  cores: 2,
  memoryGiB: 8,
  system: "linux",
  node: "v20.19.0",
  loadBefore: 0,
};
const sample = { seconds: 0.5, cpuSeconds: undefined, memoryMiB: 100 };
const figures: readonly Figure[] = [
  { what: "`one`", sample, ratio: "1", targets: [atMost(0.5, 1.2, "s"), atMost(250, 200, "MiB")] },
  { what: "two", targets: [atLeast(4, 5, "x the time")] },
];

describe("a target", () => {
  it.each([
    [atMost(1.2, 1.2, "s"), true, "met with 1.2 s"],
    [atMost(1.5, 1.2, "s"), false, "missed by 0.3 s: 1.5 s"],
    [atLeast(5.01, 5, "x"), true, "met with 5.01 x"],
    [atLeast(4, 5, "x"), false, "missed by 1 x: 4 x"],
    [atMost(Number.NaN, 20, "s"), false, "not measured"],
  ])("is met or missed, with the amount %#", (target, met, result) => {
    expect([isMet(target), verdict(target)]).toEqual([met, result]);
  });
});

describe("the table", () => {
  it("has a row for each figure, and leaves out what was not measured", () => {
    expect(cells(figures).slice(1)).toEqual([
      [
        "`one`",
        "0.50 s",
        "",
        "100 MiB",
        "1",
        "at most 1.2 s, at most 200 MiB",
        "met with 0.5 s, missed by 50 MiB: 250 MiB",
      ],
      ["two", "", "", "", "", "at least 5 x the time", "missed by 1 x the time: 4 x the time"],
    ]);
  });

  it("takes the place of the one that a document has, and of nothing else", () => {
    const once = withFigures("# Title\n\nBefore.\n", figures, machine, 5);
    const again = withFigures(`${once}After.\n`, figures.slice(1), machine, 3);
    expect(once).toContain("| `one` | 0.50 s |");
    expect(again).toMatch(/^# Title\n\nBefore\.\n\n<!--[^]*-->\nAfter\.\n$/);
    expect(again).not.toContain("`one`");
    expect(again).toContain("Medians of 3 runs on 2 cores of a processor");
  });

  it("is numbers for other programs", () => {
    expect(toJson(figures, machine)).toMatchObject({
      machine: { cores: 2 },
      figures: [
        {
          what: "one",
          seconds: 0.5,
          targets: [
            { met: true, margin: 0.7 },
            { met: false, margin: 50 },
          ],
        },
        { what: "two", targets: [{ met: false, value: 4, margin: 1 }] },
      ],
    });
  });
});

describe("the median", () => {
  it("is the middle one, or between the two in the middle", () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, undefined]);
  });
});
