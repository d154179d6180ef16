import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { CustomerKey } from "../encryption/customer-key.ts";
import { accountAdministersKey } from "../encryption/key-policy.ts";
import type { Names } from "../naming/names.ts";
import { type Publisher, publishersUseKey } from "../observability/publishers.ts";
import { Topic } from "../observability/topic.ts";

interface AlertsProps {
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  readonly publishers: readonly Publisher[];
  readonly emails: readonly string[];
}

/** An encrypted topic with a key of its own: services of one region can't use the key of another. */
export class Alerts extends Construct {
  readonly topicArn: string;
  /** What must be there before anything is sent: depend on it. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    const { names, accountId, region, publishers, emails } = props;
    const place = { accountId, region };
    const key = new CustomerKey(this, "key", {
      alias: `alias/${names.of("alerts")}`,
      description: `Notifications of ${names.prefix}`,
      statements: [accountAdministersKey(place), ...publishersUseKey(publishers, place)],
    });
    const topic = new Topic(this, "topic", {
      ...place,
      topicName: names.of("alerts"),
      key,
      publishers,
      emails,
    });
    this.topicArn = topic.arn;
    this.ready = topic.ready;
  }
}
