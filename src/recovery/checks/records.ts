import type { Dns } from "../../aws/port.ts";
import type { TrafficConfig } from "../../traffic/schema.ts";
import { usersNames } from "../dns/users-names.ts";
import type { Subject } from "../subject.ts";
import { type Check, fail, pass, warn } from "./check.ts";
import { withoutTraffic } from "./inapplicable.ts";

/** The pair of records that a change of health chooses between. */
export const records: Check = {
  id: "records",
  asks: "are both failover records there, in a public zone, leading to the two load balancers",
  because:
    "a record that is written in the incident needs a control plane that may be gone (T38), and nobody outside asks a private zone (T59)",
  remedy: "apply the traffic environment",
  side: "global",
  inapplicable: withoutTraffic,
  async run({ subject, aws, standby }) {
    const { traffic } = subject;
    if (traffic === undefined) throw new Error("no traffic environment to ask for");
    const { zoneId, zoneName, recordName, dualStack, loadBalancers } = traffic.config;
    const zone = await aws.dns.hostedZone(zoneId);
    const zones = `aws route53 list-hosted-zones-by-name --dns-name ${zoneName}`;
    if (zone === undefined) return fail(`there is no hosted zone ${zoneId}`, zones);
    if (zone.isPrivate)
      return fail(`hosted zone ${zoneId} is private: no user outside its VPCs asks it (T59)`, zones);
    const apply = `npx cdktf deploy ${traffic.name}`;
    const found = await aws.dns.failoverRecords(zoneId, recordName);
    const types = dualStack ? ["A", "AAAA"] : ["A"];
    const missing = types.flatMap((type) =>
      (["primary", "secondary"] as const)
        .filter((role) => !found.some((one) => one.type === type && one.role === role))
        .map((role) => `${type} ${role}`),
    );
    const facts = { records: found.length, missing: missing.join(",") };
    if (missing.length > 0) return fail(`${recordName} lacks ${missing.join(", ")}`, apply, facts);
    const expected =
      loadBalancers?.standby.albDnsName ??
      (await standby.loadBalancer(subject.standby.names.of("alb")))?.dnsName;
    const secondary = found.find(({ role }) => role === "secondary")?.target ?? "";
    // Route 53 may put dualstack before the name of a load balancer.
    if (expected === undefined || !secondary.toLowerCase().endsWith(expected.toLowerCase()))
      return fail(
        `the secondary leads to ${secondary}, and the standby's load balancer is ${expected ?? "missing"}`,
        apply,
        facts,
      );
    const automatic = found.filter(({ evaluatesTargetHealth }) => evaluatesTargetHealth);
    if (automatic.length > 0)
      return warn(
        `${automatic.length} of them evaluate their target's health, so that traffic moves by itself (T41)`,
        apply,
        facts,
      );
    const astray = await strayNames(subject, aws.dns, traffic.config);
    if (astray.length > 0)
      return fail(
        astray.join("; "),
        `aws route53 list-resource-record-sets --hosted-zone-id ${zoneId} --query "ResourceRecordSets[?Type=='A' || Type=='AAAA' || Type=='CNAME']"`,
        facts,
      );
    return pass(`${recordName}: ${types.join(" and ")}, primary and secondary`, facts);
  },
};

/** Names of users that lead past the failover records: no failover moves whoever asks for them. */
async function strayNames(
  subject: Subject,
  dns: Dns,
  { zoneId, zoneName, recordName }: TrafficConfig,
): Promise<readonly string[]> {
  // Of names in other zones nobody here can ask.
  const inZone = usersNames(subject).filter((name) => name === zoneName || name.endsWith(`.${zoneName}`));
  const names = [...new Set([recordName, ...inZone])];
  const found = await Promise.all(names.map((name) => dns.simpleRecords(zoneId, name)));
  return names.flatMap((name, index) =>
    (found[index] ?? [])
      .filter(({ type }) => ANSWERS.has(type))
      .filter(({ target }) => target.toLowerCase() !== recordName)
      .map(({ type, target }) => `${type} of ${name} leads to ${target}, and not to ${recordName}`),
  );
}

/** Records that answer a browser; an old AAAA is what users with IPv6 take first. */
const ANSWERS: ReadonlySet<string> = new Set(["A", "AAAA", "CNAME"]);
