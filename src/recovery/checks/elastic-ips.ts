import { type Check, pass, warn } from "./check.ts";
import { raiseQuota } from "./quota.ts";

/** A recovery needs no address; a drill builds a network of its own. */
export const elasticIps: Check = {
  id: "elastic-ips",
  asks: "is there room for the NAT addresses of a drill",
  because: "a region allows five addresses, and a drill builds its own network beside the standby's (T46)",
  remedy: "release unused addresses, or request a higher quota",
  side: "standby",
  inapplicable: ({ standby }) =>
    standby.config.network.nat === "none" ? "the standby's network has no NAT" : undefined,
  async run({ subject, standby }) {
    const { nat, zones } = subject.standby.config.network;
    const needed = nat === "single" ? 1 : zones.length;
    const { used, quota } = await standby.elasticIps();
    const facts = { used, quota, needed };
    const seen = `${used} of ${quota} addresses are used, a drill needs ${needed}`;
    if (used + needed <= quota) return pass(seen, facts);
    return warn(seen, raiseQuota("ec2", "L-0263D0A3", used + needed, standby.region), facts);
  },
};
