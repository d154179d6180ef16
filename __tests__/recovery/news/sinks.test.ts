import { describe, expect, it } from "vitest";
import type { Run } from "../../../src/recovery/journal/run.ts";
import { subjectOf, textOf } from "../../../src/recovery/news/message.ts";
import { type News, newsOf, type NewsSource } from "../../../src/recovery/news/news.ts";
import { webhookSink } from "../../../src/recovery/news/webhook.ts";
import { planOf } from "../../support/runner.ts";

const ADDRESS = "https://hooks.example.com/services/T000/secret-token?key=1";
const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:recovery-webhook-AbCdEf";
const source: NewsSource = { project: "shop", plan: planOf(), resume: "npm run dr -- failover --execute" };
const now = (): Date => new Date("2026-03-10T12:00:00Z");
const RUN: Run = {
  start: {
    event: "run-started",
    id: "1",
    runId: "r1",
    seq: 0,
    at: "2026-03-10T12:00:00Z",
    verb: "failback",
    environment: "dr",
    operator: "kim",
    host: "laptop",
    reason: "the region is back",
    declaredAt: "2026-03-10T12:00:00Z",
  },
  outcome: undefined,
  endedAt: undefined,
  recoveryPoint: undefined,
  kept: [],
  given: {},
  steps: new Map(),
};
const news = (headline: string, details: readonly string[] = []): News => ({
  event: "step",
  headline,
  details,
});

const sinkWith = (
  secret: string | undefined,
  post: Parameters<typeof webhookSink>[2] = async () => 200,
): ReturnType<typeof webhookSink> =>
  webhookSink(ARN, { publish: async () => undefined, secret: async () => secret }, post, source, now);

const send = (sink: ReturnType<typeof webhookSink>, ...some: News[]): Promise<void> =>
  sink.send(some, new AbortController().signal);

describe("a message", () => {
  it("begins with the newest, and keeps what came before", () => {
    expect(textOf([news("one"), news("two", ["more"])])).toBe("two\nmore\nbefore that:\none");
  });

  it("has a subject that SNS takes, whatever is in it", () => {
    const subject = subjectOf([news(`ü\n${"long ".repeat(40)}`)]);
    expect(subject).toMatch(/^[\x21-\x7E][\x20-\x7E]{0,99}$/);
  });

  it("shows what a terminal or a mail would obey, and keeps foreign text on its line", () => {
    const waiting = newsOf({ event: "waiting", line: "waiting for \u001b[31mkim\nnpm run evil" }, source);
    expect(waiting.headline).toBe("failover of shop to dr: waiting for \\u001b[31mkim\\nnpm run evil");
  });
});

describe("the first words of a message", () => {
  it.each([
    ["failover", "failover of shop to dr: waiting"],
    ["failback", "failback of shop, dr: waiting"],
    ["rollback", "rollback of shop, dr: waiting"],
    ["drill", "drill of shop, dr: waiting"],
    ["fence", "fence of shop, dr: waiting"],
  ] as const)("name the standby as the side that users go to in a failover only: %s", (verb, words) => {
    const told = newsOf({ event: "waiting", line: "waiting" }, { ...source, plan: { ...source.plan, verb } });
    expect(told.headline).toBe(words);
  });
});

describe("a failure", () => {
  it.each(["'psql postgres://kim:secret@db'", '"psql postgres://kim:secret@db"', "postgres://kim:secret@db"])(
    "tells the next command without the operator's own: %s",
    (command) => {
      const resume = `npm run dr -- failback --compare-command ${command} --execute`;
      const failure = { what: "no", state: "as it was", next: [resume] };
      const told = newsOf(
        { event: "ended", ending: { kind: "failed", run: RUN, step: "compare-data", failure } },
        { ...source, resume },
      );
      const safe = 'npm run dr -- failback --compare-command "the command that was given" --execute';
      expect(told.headline).toContain(`next: ${safe}`);
      expect(told.details).toContain(safe);
      expect(textOf([told])).not.toContain("secret");
    },
  );
});

describe("the webhook", () => {
  it("posts the newest as text and as fields", async () => {
    const posted: unknown[] = [];
    const sink = sinkWith(` ${ADDRESS}\n`, async (url, document) => {
      posted.push(url.href, document);
      return 204;
    });
    await send(sink, news("one"), news("two <!channel> & more"));
    expect(posted).toEqual([
      ADDRESS,
      {
        text: "two &lt;!channel&gt; &amp; more\nbefore that:\none",
        project: "shop",
        verb: "failover",
        environment: "dr",
        event: "step",
        headline: "two <!channel> & more",
        at: "2026-03-10T12:00:00.000Z",
      },
    ]);
  });

  it.each([
    ["there is none", undefined, undefined],
    ["it is no address", "hooks.example.com/secret-token", undefined],
    ["it is plain HTTP", ADDRESS.replace("https", "http"), undefined],
    ["nobody is there", ADDRESS, new Error(`connect ECONNREFUSED ${ADDRESS}`)],
    ["it refuses", ADDRESS, 403],
  ])("fails without showing its address when %s", async (_, secret, answer) => {
    const sink = sinkWith(secret, async () => {
      if (typeof answer === "number") return answer;
      throw answer ?? new Error("nothing should be posted");
    });
    const failure = await send(sink, news("one")).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(`${String(failure)} ${sink.name}`).not.toMatch(/secret-token|hooks\.example/);
    expect(failure instanceof Error ? failure.cause : undefined).toBeUndefined();
  });
});
