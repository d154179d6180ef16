import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutOver, settlingSeconds } from "../../src/traffic/cut-over.ts";

const pace = fc.record({
  intervalSeconds: fc.constantFrom(10, 30),
  failureThreshold: fc.integer({ min: 1, max: 10 }),
});

/** A checker that asks in a steady rhythm, however long before the turn it asked last. */
function lastToNotice(
  { intervalSeconds, failureThreshold }: Parameters<typeof cutOver>[0],
  lastAskedBeforeSeconds: number,
): number {
  let seen = 0;
  let at = intervalSeconds - lastAskedBeforeSeconds;
  for (;;) {
    seen += 1;
    if (seen === failureThreshold) return at;
    at += intervalSeconds;
  }
}

describe("the length of a cut-over", () => {
  it("is 90 s until Route 53 notices and 60 s until resolvers ask again, by default", () => {
    expect(cutOver({ intervalSeconds: 30, failureThreshold: 3 })).toEqual({
      detectionSeconds: 90,
      ttlSeconds: 60,
      totalSeconds: 150,
    });
  });

  it("is never exceeded by a checker, and not by much what the slowest one needs", () => {
    fc.assert(
      fc.property(pace, fc.integer({ min: 0, max: 9 }), (at, lastAskedBeforeSeconds) => {
        const { detectionSeconds } = cutOver(at);
        expect(lastToNotice(at, lastAskedBeforeSeconds)).toBeLessThanOrEqual(detectionSeconds);
        expect(lastToNotice(at, 0)).toBe(detectionSeconds);
      }),
    );
  });

  it("leaves a new health check more time to settle than it needs to notice", () => {
    fc.assert(
      fc.property(pace, (at) => {
        expect(settlingSeconds(at)).toBeGreaterThan(cutOver(at).detectionSeconds);
      }),
    );
  });
});
