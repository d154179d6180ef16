import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { callsOf, once, type Patience } from "./sdk-calls.ts";

/** The calls that tell people what a recovery does, and no others. */
export type NewsSdk = ReturnType<typeof newsSdkOf>;

/** Clients are made when they are first asked. */
export function newsSdkOf(region: string, patience: Patience) {
  const { settings, options } = callsOf(region, patience);
  const secrets = once(() => new SecretsManagerClient(settings));
  const sns = once(() => new SNSClient(settings));
  return {
    region,

    publish: (TopicArn: string, Subject: string, Message: string) =>
      sns().send(new PublishCommand({ TopicArn, Subject, Message }), options),
    secretValue: (SecretId: string) => secrets().send(new GetSecretValueCommand({ SecretId }), options),
  };
}
