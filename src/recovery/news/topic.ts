import type { NewsAws } from "../../aws/news.ts";
import type { Sink } from "./announcer.ts";
import { subjectOf, textOf } from "./message.ts";

/** The topic that the alarms of an environment go to. */
export const topicSink = (topicArn: string, aws: NewsAws): Sink => ({
  name: `the topic ${topicArn}`,
  send: (news) => aws.publish(topicArn, subjectOf(news), textOf(news)),
});
