import type { RegionalAws } from "../../aws/port.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { alertsTopicArn, alertsTopicName } from "../../observability/topic-address.ts";
import { type Check, fail, type Finding, pass, warn } from "./check.ts";

const common = {
  because: "backup and copy jobs fail silently; an address that was never confirmed hears nothing (T28, T30)",
  remedy: "name an address in observability.alarmEmails, apply, and confirm the message that arrives",
};

/** Whether anybody hears the standby's alarms. */
export const alarms: Check = {
  ...common,
  id: "alarms",
  asks: "do the standby's alarms reach someone",
  side: "standby",
  run: ({ subject, standby }) => reach(subject.standby, standby),
};

/** Whether anybody hears the primary's: the alarm on missing copies is one of them. */
export const primaryAlarms: Check = {
  ...common,
  id: "primary-alarms",
  asks: "do the primary's alarms reach someone, the one on missing copies among them",
  side: "primary",
  run: ({ subject, primary }) => reach(subject.primary, primary),
};

async function reach({ names, name, file, project }: ServiceSpec, aws: RegionalAws): Promise<Finding> {
  const topicArn = alertsTopicArn(names, aws.region, project.accountId);
  const found = await aws.subscriptions(topicArn);
  if (found === undefined)
    return fail(`no topic ${alertsTopicName(names)} in ${aws.region}`, `npx cdktf deploy ${name}`);
  const confirmed = found.filter((one) => one.confirmed);
  const waiting = found.filter((one) => !one.confirmed).map(({ endpoint }) => endpoint);
  const facts = { subscriptions: found.length, confirmed: confirmed.length };
  const again = waiting
    .map(
      (endpoint) =>
        `aws sns subscribe --region ${aws.region} --topic-arn ${topicArn} --protocol email --notification-endpoint ${endpoint}`,
    )
    .join("\n");
  if (found.length === 0)
    return fail(
      "nobody is subscribed",
      `# add an address to observability.alarmEmails of ${file}\nnpx cdktf deploy ${name}`,
      facts,
    );
  if (confirmed.length === 0) return fail(`nobody has confirmed: ${waiting.join(", ")}`, again, facts);
  if (waiting.length > 0)
    return warn(`${confirmed.length} confirmed, ${waiting.join(", ")} not yet`, again, facts);
  return pass(
    `${confirmed.length} confirmed: ${confirmed.map(({ endpoint }) => endpoint).join(", ")}`,
    facts,
  );
}
