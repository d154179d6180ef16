import { parseCidr } from "cidr-tools";
import type { ZoneLetter } from "./schema.ts";

/** The subnets of one availability zone. */
export interface ZoneAddresses {
  readonly zone: ZoneLetter;
  readonly public: string;
  readonly private: string;
  readonly database: string;
}

/** Each tier has a slot for every letter up to h, named in the file or not. */
const SLOTS_PER_TIER = 8;

/**
 * Plans the subnets of a VPC: the first half of the range is private, a quarter public, a quarter for the database.
 *
 * A subnet's place depends on its zone's letter only, so that adding or removing a zone moves no other subnet (T12).
 *
 * @param cidr aligned IPv4 range
 */
export function planAddresses(cidr: string, zones: readonly ZoneLetter[]): readonly ZoneAddresses[] {
  const { start, prefix } = parseCidr(cidr);
  const length = Number(prefix);
  const half = 2n ** BigInt(31 - length);
  const tiers = {
    private: { first: start, length: length + 1 },
    public: { first: start + half, length: length + 2 },
    database: { first: start + half + half / 2n, length: length + 2 },
  };
  return zones.map((zone) => {
    const slot = BigInt(zone.charCodeAt(0) - "a".charCodeAt(0));
    const subnet = (tier: { readonly first: bigint; readonly length: number }): string => {
      const bits = tier.length + Math.log2(SLOTS_PER_TIER);
      return `${formatAddress(tier.first + slot * 2n ** BigInt(32 - bits))}/${bits}`;
    };
    return {
      zone,
      public: subnet(tiers.public),
      private: subnet(tiers.private),
      database: subnet(tiers.database),
    };
  });
}

function formatAddress(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");
}
