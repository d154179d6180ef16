import type { NewsAws } from "../news.ts";
import type { NewsSdk } from "../sdk-news.ts";
import { ask } from "./ask.ts";

/** What tells people. */
export function news(sdk: NewsSdk): NewsAws {
  const { region } = sdk;
  return {
    async publish(topicArn, subject, text) {
      await ask("sns:Publish", region, () => sdk.publish(topicArn, subject, text));
    },
    async secret(arn) {
      const found = await ask("secretsmanager:GetSecretValue", region, () => sdk.secretValue(arn), [
        "ResourceNotFoundException",
      ]);
      return found?.SecretString;
    },
  };
}
