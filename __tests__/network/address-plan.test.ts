import { containsCidr, overlapCidr, parseCidr } from "cidr-tools";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planAddresses, type ZoneAddresses } from "../../src/network/address-plan.ts";
import type { ZoneLetter } from "../../src/network/schema.ts";

const LETTERS: readonly ZoneLetter[] = ["a", "b", "c", "d", "e", "f"];
const zones = fc.shuffledSubarray([...LETTERS], { minLength: 1 });
const cidr = fc
  .tuple(fc.integer({ min: 16, max: 20 }), fc.nat(15))
  .map(([prefix, slot]) => `10.0.${((slot << (24 - prefix)) % 256) & (0xff << (24 - prefix))}.0/${prefix}`)
  .filter((range) => parseCidr(range).cidr === range);

const subnetsOf = (plan: readonly ZoneAddresses[]): string[] =>
  plan.flatMap((zone) => [zone.public, zone.private, zone.database]);

const hostsIn = (range: string): bigint => parseCidr(range).end - parseCidr(range).start + 1n;

describe("an address plan", () => {
  it("keeps every subnet inside the VPC and apart from the others", () => {
    fc.assert(
      fc.property(cidr, zones, (range, wanted) => {
        const subnets = subnetsOf(planAddresses(range, wanted));
        expect(new Set(subnets).size).toBe(3 * wanted.length);
        for (const [index, subnet] of subnets.entries()) {
          expect(parseCidr(subnet).cidr).toBe(subnet);
          expect(containsCidr(range, subnet)).toBe(true);
          expect(subnets.slice(index + 1).some((other) => overlapCidr(subnet, other))).toBe(false);
        }
      }),
    );
  });

  it("moves no subnet when a zone is added, removed or listed elsewhere (T12)", () => {
    fc.assert(
      fc.property(cidr, zones, fc.constantFrom(...LETTERS), (range, wanted, extra) => {
        const before = planAddresses(range, wanted);
        const after = planAddresses(range, [...new Set([extra, ...wanted.toReversed()])]);
        for (const zone of before) expect(after).toContainEqual(zone);
      }),
    );
  });

  it("leaves a load balancer room to grow, even in the smallest VPC", () => {
    fc.assert(
      fc.property(cidr, zones, (range, wanted) => {
        for (const zone of planAddresses(range, wanted)) {
          // AWS asks for a /27 at least, with 8 free addresses; it keeps 5 of each subnet for itself.
          expect(hostsIn(zone.public)).toBeGreaterThanOrEqual(32n);
          expect(hostsIn(zone.private)).toBeGreaterThanOrEqual(hostsIn(zone.public));
          expect(hostsIn(zone.database)).toBeGreaterThanOrEqual(16n);
        }
      }),
    );
  });

  it("gives these addresses to the default production network, which are a contract", () => {
    expect(planAddresses("10.20.0.0/16", ["a", "c"])).toEqual([
      { zone: "a", private: "10.20.0.0/20", public: "10.20.128.0/21", database: "10.20.192.0/21" },
      { zone: "c", private: "10.20.32.0/20", public: "10.20.144.0/21", database: "10.20.208.0/21" },
    ]);
  });
});
