import { describe, expect, it } from "vitest";
import { testsByTrap, trapReference } from "../../src/docs/trap-reference.ts";
import { TRAPS } from "../../src/docs/traps.ts";

// In pieces, or this file would count as a test of these.
const carried = (number: number): string => ["T", number].join("");
const [first, fifth] = [carried(1), carried(5)];

describe("the list of traps", () => {
  it("has all of them, in order", () => {
    expect(TRAPS.map(({ number }) => number)).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
    for (const { fact } of TRAPS) expect(fact).toMatch(/^[A-Z].{20,}[^.]$/);
  });

  it("finds the tests by the numbers that they carry, and takes no time of day for one", () => {
    const tests = new Map([
      ["__tests__/b.test.ts", `it("stays (${first}, ${fifth})", () => {}); // 2026-01-31${fifth}`],
      ["__tests__/a.test.ts", `// ${first}: as on AWS`],
    ]);
    expect([...testsByTrap(tests)]).toEqual([
      [1, ["__tests__/a.test.ts", "__tests__/b.test.ts"]],
      [5, ["__tests__/b.test.ts"]],
    ]);
  });

  it("says where no test holds one", () => {
    const text = trapReference(new Map([["__tests__/a.test.ts", first]]));
    expect(text).toMatch(/^\| T1 \| .* \| \[a\]\(\.\.\/__tests__\/a\.test\.ts\) \|$/m);
    expect(text).toMatch(/^\| T2 \| .* \| \*\*no test\*\* \|$/m);
  });
});
