import type { PolicyStatement } from "../encryption/key-policy.ts";

interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** An AWS service that sends to the notification topic. */
interface Sender {
  readonly sid: string;
  readonly service: string;
  /** What of this account sends, as the service names it in `aws:SourceArn`; absent where it names none. */
  readonly sourceArn?: (place: Place) => string;
  /** The service says to the topic for whom it acts, but is not documented to say it to the key. */
  readonly isAnonymousToKey?: boolean;
}

const PUBLISHERS = {
  alarms: {
    sid: "Alarms",
    service: "cloudwatch.amazonaws.com",
    sourceArn: ({ accountId, region }) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:*`,
  },
  budgets: {
    sid: "Budgets",
    service: "budgets.amazonaws.com",
    sourceArn: ({ accountId }) => `arn:aws:budgets::${accountId}:*`,
  },
  // EventBridge names no source, neither to SNS nor to KMS: AWS documents that a condition silences it without a trace.
  events: {
    sid: "Events",
    service: "events.amazonaws.com",
  },
} as const satisfies Record<string, Sender>;

/**
 * Who sends to a topic: a service, or one bucket of this account.
 *
 * The topic's policy and the key's are derived from one list: either alone is silence (T30).
 */
export type Publisher = keyof typeof PUBLISHERS | { readonly bucketName: string };

const sendersOf = (publishers: readonly Publisher[]): Sender[] =>
  publishers.map((publisher) =>
    typeof publisher === "string" ? PUBLISHERS[publisher] : bucketSender(publisher.bucketName),
  );

const bucketSender = (bucketName: string): Sender => ({
  sid: "Bucket",
  service: "s3.amazonaws.com",
  sourceArn: () => `arn:aws:s3:::${bucketName}`,
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
  isAnonymousToKey: true,
});

/** Lets publishers of this account send to a topic. */
export function publishersSend(
  publishers: readonly Publisher[],
  topicArn: string,
  place: Place,
): PolicyStatement[] {
  return sendersOf(publishers).map(({ sid, service, sourceArn }) => ({
    Sid: `${sid}Publish`,
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sns:Publish",
    Resource: topicArn,
    ...(sourceArn !== undefined && {
      Condition: { ...ofAccount(place), ArnLike: { "aws:SourceArn": sourceArn(place) } },
    }),
  }));
}

/**
 * Lets publishers use the key of an encrypted topic.
 *
 * SNS names the topic, whoever publishes: without that somebody else's topic could be encrypted with this key, since S3 does not
 * say for whom it acts.
 */
export function publishersUseKey(publishers: readonly Publisher[], place: Place): PolicyStatement[] {
  return sendersOf(publishers).map(({ sid, service, sourceArn, isAnonymousToKey = false }) => ({
    Sid: `${sid}UseKey`,
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    ...(sourceArn !== undefined && {
      Condition: { ...(isAnonymousToKey ? {} : ofAccount(place)), ...forTopicsOf(place) },
    }),
  }));
}

const forTopicsOf = ({ region, accountId }: Place) => ({
  ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": `arn:aws:sns:${region}:${accountId}:*` },
});

const ofAccount = ({ accountId }: Place) => ({ StringEquals: { "aws:SourceAccount": accountId } });

/**
 * Lets the role that runs recoveries tell the topic what it does, whatever its own policies say.
 *
 * As a condition and not as a principal: AWS refuses a policy whose principal does not exist yet.
 */
export function roleSends(roleArn: string, topicArn: string): PolicyStatement {
  return {
    Sid: "RecoveryPublish",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: "sns:Publish",
    Resource: topicArn,
    Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } },
  };
}

/** Lets the same role use the key of the encrypted topic: SNS asks for it in the name of whoever publishes. */
export function roleUsesKey(roleArn: string, { accountId, region }: Place): PolicyStatement {
  return {
    Sid: "RecoveryUseKey",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: {
      ArnEquals: { "aws:PrincipalArn": roleArn },
      StringEquals: { "kms:CallerAccount": accountId, "kms:ViaService": `sns.${region}.amazonaws.com` },
    },
  };
}
