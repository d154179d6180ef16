import { describe, expect, it } from "vitest";
import { leadOf } from "../../../src/recovery/dns/lead.ts";
import type { NameLookup } from "../../../src/recovery/dns/lookup.ts";

const DR = { name: "dr", dnsName: "dr.elb.example.com" };
const PROD = { name: "prod", dnsName: "prod.elb.example.com" };

/** A resolver; what it does not have has no address, and "silent" gets no answer. */
const resolver = (names: Readonly<Record<string, readonly string[]>>): NameLookup => ({
  addresses: async (name) => {
    if (name.startsWith("silent")) throw new Error("queryA ETIMEOUT");
    return { addresses: names[name] ?? [], ttlSeconds: 300 };
  },
});

const POOL = { [DR.dnsName]: ["10.2.0.1", "10.2.0.2"], [PROD.dnsName]: ["10.1.0.1", "10.1.0.2"] };
const NAMES = {
  ...POOL,
  "moved.example.com": ["10.2.0.2"],
  "left.example.com": ["10.1.0.1"],
  "both.example.com": ["10.1.0.1", "10.2.0.1"],
  "cdn.example.com": ["192.0.2.7"],
};

describe("where users' names lead", () => {
  it.each([
    [["moved.example.com"], "there"],
    [["left.example.com"], "elsewhere"],
    [["both.example.com"], "elsewhere"],
    [["cdn.example.com"], "not known"],
    [["missing.example.com"], "not known"],
    [["silent.example.com"], "not known"],
    [["moved.example.com", "left.example.com"], "elsewhere"],
    [["moved.example.com", "cdn.example.com"], "not known"],
    [["cdn.example.com", "left.example.com"], "elsewhere"],
    [[], "not known"],
  ] as const)("%j: %s", async (names, kind) => {
    expect(await leadOf(names, DR, PROD, resolver(NAMES))).toMatchObject({ kind });
  });

  it("says of no name that it has left a side whose load balancer nobody knows", async () => {
    const lead = await leadOf(["left.example.com"], DR, undefined, resolver(NAMES));
    expect(lead).toMatchObject({
      kind: "not known",
      evidence: "left.example.com answers 10.1.0.1, which is no address of dr",
    });
  });

  it("says that nothing is known where the target's own name has no answer", async () => {
    const lead = await leadOf(["moved.example.com"], { ...DR, dnsName: "silent" }, PROD, resolver(NAMES));
    expect(lead.kind).toBe("not known");
  });
});
