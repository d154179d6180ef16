import type { HealthCheck } from "../../aws/port.ts";
import { type Check, fail, type Finding, type Inquiry, pass, unknown } from "./check.ts";
import { postureOf, withoutTraffic } from "./inapplicable.ts";
import { switchOf } from "./switch.ts";

/** What the primary record goes by. */
export const healthCheck: Check = {
  id: "health-check",
  asks: "does the deciding health check exist, watch the right thing, and report what it should",
  because: "a disabled check counts as healthy for ever, so that the switch would move nothing (T39)",
  remedy: "apply the traffic environment",
  side: "global",
  goesByPosture: true,
  inapplicable: withoutTraffic,
  run,
};

async function run({ subject, aws }: Inquiry): Promise<Finding> {
  const { traffic } = subject;
  if (traffic === undefined) throw new Error("no traffic environment to ask for");
  const { zoneId, recordName } = traffic.config;
  const apply = `npx cdktf deploy ${traffic.name}`;
  const records = await aws.dns.failoverRecords(zoneId, recordName);
  const id = records.find(({ role }) => role === "primary")?.healthCheckId;
  if (id === undefined) return fail(`the primary record of ${recordName} goes by no health check`, apply);
  const check = await aws.dns.healthCheck(id);
  if (check === undefined) return fail(`health check ${id} does not exist`, apply, { id });
  const facts = { id, succeeding: check.succeeding, reporting: check.reporting, inverted: check.inverted };
  if (check.disabled) return fail(`${id} is disabled, and counts as healthy whatever happens`, apply, facts);
  const lever = switchOf(subject);
  if (lever !== undefined) {
    const watched = `${lever.bucketName}.s3.${lever.region}.amazonaws.com`;
    if (check.fqdn !== watched || check.path !== `/${lever.key}` || !check.inverted)
      return fail(
        `${id} does not watch the switch, got ${check.fqdn ?? "nothing"}${check.path ?? ""}${check.inverted ? "" : ", not inverted"}`,
        apply,
        facts,
      );
  }
  if (check.reporting === 0)
    return unknown(
      `${id} has no reports yet`,
      `aws route53 get-health-check-status --health-check-id ${id}`,
      facts,
    );
  return judge(
    check,
    id,
    // In mode automatic as well: a failover closes the primary, and its endpoint fails.
    postureOf(subject) === "active" ? "standby" : "primary",
    lever !== undefined,
    facts,
  );
}

/** Which side the verdict sends traffic to, against the one that it should. */
function judge(
  check: HealthCheck,
  id: string,
  expected: "primary" | "standby",
  isByOperator: boolean,
  facts: NonNullable<Finding["facts"]>,
): Finding {
  // Route 53 counts a check as healthy when more than 18 % of the checkers do.
  const answers = check.succeeding / check.reporting > 0.18;
  const isHealthy = answers !== check.inverted;
  const goes = isHealthy ? "primary" : "standby";
  const seen = `${check.succeeding} of ${check.reporting} checkers get an answer: traffic goes to the ${goes}`;
  if (goes === expected) return pass(seen, facts);
  const remedy = `${isByOperator ? "npm run dr -- readiness --only switch; " : ""}aws route53 get-health-check-status --health-check-id ${id}`;
  return fail(seen, remedy, facts);
}
