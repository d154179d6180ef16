import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { type ITerraformDependable, TerraformIterator } from "cdktf";
import { Construct } from "constructs";
import { policyDocument } from "../encryption/key-policy.ts";
import type { CustomerKey } from "../encryption/customer-key.ts";
import { type Publisher, publishersSend, roleSends } from "./publishers.ts";

interface TopicProps {
  readonly topicName: string;
  readonly accountId: string;
  readonly region: string;
  /** Its policy must admit the same publishers. */
  readonly key: CustomerKey;
  readonly publishers: readonly Publisher[];
  /** The role that runs recoveries, where they are told here. */
  readonly recoveryRoleArn?: string | undefined;
  /** Addresses that receive everything; each must confirm once. */
  readonly emails: readonly string[];
}

/** The encrypted topic that everything which needs a person is sent to. */
export class Topic extends Construct {
  readonly arn: string;
  /** What must be there before anything is sent: depend on it. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: TopicProps) {
    super(scope, id);
    const { topicName, key, emails } = props;
    const topic = new SnsTopic(this, "topic", {
      name: topicName,
      kmsMasterKeyId: key.arn,
      tags: { Name: topicName },
    });
    this.arn = topic.arn;
    this.ready = [this.addPolicy(props)];
    if (emails.length > 0) this.subscribe(emails);
  }

  private addPolicy(place: TopicProps): SnsTopicPolicy {
    return new SnsTopicPolicy(this, "policy", {
      arn: this.arn,
      policy: policyDocument([
        {
          Sid: "OverTlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource: this.arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        ...publishersSend(place.publishers, this.arn, place),
        ...(place.recoveryRoleArn === undefined ? [] : [roleSends(place.recoveryRoleArn, this.arn)]),
      ]),
    });
  }

  private subscribe(emails: readonly string[]): void {
    // The key is the address itself: adding one leaves the others, which were confirmed, alone.
    new SnsTopicSubscription(this, "email", {
      forEach: TerraformIterator.fromList([...new Set(emails)].sort()),
      topicArn: this.arn,
      protocol: "email",
      endpoint: "${each.value}",
    });
  }
}
