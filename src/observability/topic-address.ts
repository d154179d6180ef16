import type { Names } from "../naming/names.ts";

const ALERTS = "alerts";

/** Name of the topic that everything of an environment which needs a person is sent to. */
export const alertsTopicName = (names: Names): string => names.of(ALERTS);

/** The same topic by its ARN. */
export const alertsTopicArn = (names: Names, region: string, accountId: string): string =>
  `arn:aws:sns:${region}:${accountId}:${alertsTopicName(names)}`;
