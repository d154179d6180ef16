import { describe, expect, it } from "vitest";
import { AwsFailure } from "../../src/aws/failure.ts";
import { Stage } from "../support/recovery-stage.ts";

const EXECUTE = ["failover", "--execute", "--confirm", "dr", "--reason", "the region does not answer"];
const TOPIC = "arn:aws:sns:eu-central-1:111122223333:shop-dr-alerts";
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:recovery-webhook-AbCdEf";

const NAMED = { dr: { observability: { webhookSecretArn: SECRET } } };

describe("a failover that is carried out", () => {
  it("tells the standby's topic its start, each step and its end, with commands that can be pasted", async () => {
    const told: [topic: string, text: string][] = [];
    const stage = new Stage({
      answers: { standby: { publish: async (topic, _subject, text) => void told.push([topic, text]) } },
    });
    const { exitCode, output } = await stage.dr(EXECUTE);
    expect([exitCode, new Set(told.map(([topic]) => topic))]).toEqual([0, new Set([TOPIC])]);
    const text = told.map(([, one]) => one).join("\n");
    const begun = [...output.matchAll(/\[\d\/\d\] ([a-z-]+): (?!found done|done)/g)].map(([, id]) => id);
    expect(begun.length).toBeGreaterThan(4);
    for (const id of begun) expect(text).toContain(`, ${id}, begins`);
    expect(text).toContain("failover of shop to dr: begun; next: declare");
    expect(text).toContain("failover of shop to dr: done, looked up in AWS");
    expect(text).toContain(`--environments ${stage.environments}`);
  });

  it("ends well when the topic and the webhook can't be told, and says of each once", async () => {
    const refuse = async (): Promise<never> => {
      throw new AwsFailure("denied", "sns:Publish", "eu-central-1", "AccessDenied");
    };
    const stage = new Stage({ changes: NAMED, answers: { standby: { publish: refuse } } });
    const { exitCode, output } = await stage.dr(EXECUTE);
    expect(exitCode).toBe(0);
    expect(output.match(/could not be told/g)).toHaveLength(2);
    expect(output).toContain(
      `the topic ${TOPIC} could not be told: sns:Publish in eu-central-1: AccessDenied`,
    );
    expect(output).toContain(`the webhook of ${SECRET} could not be told: there is no such secret`);
  });

  it("tells nothing while only the plan is asked for", async () => {
    const told: string[] = [];
    const publish = async (topic: string): Promise<void> => void told.push(topic);
    await new Stage({ answers: { standby: { publish } } }).dr(["failover"]);
    expect(told).toEqual([]);
  });
});
