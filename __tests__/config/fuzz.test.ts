import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokenPromise, lineFault, outcomeOf } from "../support/set-promises.ts";
import { exportsAfter, mutation, pathsIn, strange } from "../support/strange-sets.ts";

describe("any mistake", () => {
  it("is a problem of a file, never a crash, on one line that ends with what to do", () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        for (const problem of outcomeOf(mutations).problems) {
          expect(problem.file).toMatch(/^environments(\/[a-z]+\.ts)?$/);
          expect(lineFault(problem)).toBeUndefined();
        }
        expect(brokenPromise(mutations).promise).toBeUndefined();
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("is noticed when it makes a required key something else", () => {
    fc.assert(
      fc.property(fc.constantFrom("project", "dev", "prod", "dr"), strange, (file, value) => {
        const where = pathsIn(exportsAfter([]).get(file)).findIndex(
          (path) => path.at(-1) === (file === "project" ? "owner" : "storageGiB"),
        );
        fc.pre(typeof value !== "string" || file !== "project");
        expect(outcomeOf([{ file, where, how: () => value }]).problems).not.toEqual([]);
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});
