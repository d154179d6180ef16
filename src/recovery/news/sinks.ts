import type { RegionalAws } from "../../aws/port.ts";
import { alertsTopicArn } from "../../observability/topic-address.ts";
import type { Post } from "../live-post.ts";
import type { Subject } from "../subject.ts";
import type { Sink } from "./announcer.ts";
import type { NewsSource } from "./news.ts";
import { topicSink } from "./topic.ts";
import { webhookSink } from "./webhook.ts";

/** Everything that hears of a run: the standby's topic, which is there in peace, and the webhook that its file names. */
export function sinksOf(
  { standby, pair, project }: Pick<Subject, "standby" | "pair" | "project">,
  aws: RegionalAws,
  post: Post,
  source: NewsSource,
  now: () => Date,
): Sink[] {
  const { webhookSecretArn } = pair.standby.config.observability;
  return [
    topicSink(alertsTopicArn(standby.names, standby.region, project.accountId), aws),
    ...(webhookSecretArn === undefined ? [] : [webhookSink(webhookSecretArn, aws, post, source, now)]),
  ];
}
