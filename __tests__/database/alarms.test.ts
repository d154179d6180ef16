import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freeStorageBytes } from "../../src/database/alarms.ts";

const GIB = 2 ** 30;

describe("freeStorageBytes", () => {
  it("is a share of the allocated storage", () => {
    expect(freeStorageBytes({ storageGiB: 100, maxStorageGiB: undefined }, 15)).toBe(15 * GIB);
  });

  it("stays below where RDS grows a volume by itself, however early one wants to know", () => {
    const growing = fc.record({
      storageGiB: fc.integer({ min: 20, max: 65_536 }),
      percent: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(growing, ({ storageGiB, percent }) => {
        const bytes = freeStorageBytes({ storageGiB, maxStorageGiB: 2 * storageGiB }, percent);
        expect(bytes).toBeLessThan((storageGiB * GIB) / 10);
        expect(bytes).toBeGreaterThan(0);
        expect(bytes).toBeLessThanOrEqual(
          freeStorageBytes({ storageGiB, maxStorageGiB: undefined }, percent),
        );
      }),
    );
  });
});
