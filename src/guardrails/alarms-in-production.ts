import type { Guardrail } from "./guardrail.ts";
import { isProduction } from "./guardrail.ts";
import { isTraffic } from "./traffic-records.ts";
import { referenced, refersTo, type Resource, resourcesOf, type Template } from "./template.ts";

/** An alarm that reaches nobody is worse than none: everyone believes that somebody watches. */
export const alarmsInProduction: Guardrail = {
  name: "alarms-in-production",
  summary:
    "a production environment and the traffic before it have alarms, and each goes to a topic that someone subscribed to",
  violations: (subject) => {
    const isTrafficOfProduction = isTraffic(subject) && subject.spec.primary.production;
    if (!isProduction(subject) && !isTrafficOfProduction) return [];
    const alarms = resourcesOf(subject.template, "aws_cloudwatch_metric_alarm");
    if (alarms.length === 0) {
      const message = 'nothing is watched in production, got no alarm; set it to "all"';
      return [{ key: "observability.alarms", message }];
    }
    const unheard = alarms.filter((alarm) => !reachesSomeone(alarm, subject.template));
    if (unheard.length === 0) return [];
    const addresses = unheard.map(({ address }) => address).join(", ");
    const message = `alarms reach nobody in production, got no subscriber for ${addresses}; name at least one address`;
    return [{ key: isTrafficOfProduction ? "alarmEmails" : "observability.alarmEmails", message }];
  },
};

function reachesSomeone({ body }: Resource, template: Template): boolean {
  const subscriptions = resourcesOf(template, "aws_sns_topic_subscription");
  return [body["alarm_actions"]].flat().some((action) => {
    const topic = referenced(template, action);
    return topic !== undefined && subscriptions.some((one) => refersTo(one.body["topic_arn"], topic.address));
  });
}
