import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runRecovery } from "../../../src/recovery/runner.ts";
import { Announcer, CLOSE_MS, SEND_MS, type Sink, WAITING_MS } from "../../../src/recovery/news/announcer.ts";
import { type News, newsOf, type RunEvent } from "../../../src/recovery/news/news.ts";
import { IDS, order, planOf, setStage, stage, worldOn } from "../../support/runner.ts";

setStage();
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const news = (headline: string, event: News["event"] = "step"): News => ({ event, headline, details: [] });
const now = (): Date => new Date(stage.clock);

/** A sink that keeps what it was told, message by message. */
function listening(): Sink & { readonly heard: string[][] } {
  const heard: string[][] = [];
  return {
    name: "the topic",
    heard,
    send: async (some) => void heard.push(some.map(({ headline }) => headline)),
  };
}

const hanging: Sink = { name: "the webhook", send: () => new Promise(() => undefined) };
const failing: Sink = {
  name: "the webhook",
  send: async () => {
    throw new Error("it answered with status 500");
  },
};

/** Carries the runner's plan out while sinks listen. Time stands still until it has ended: a step that waited would never end. */
async function runTold(sinks: readonly Sink[], plan = planOf()) {
  const told: string[] = [];
  const announcer = new Announcer(sinks, (line) => void told.push(line), now);
  const source = { project: "shop", plan, resume: order().resume };
  const announce = (happened: RunEvent): void => announcer.announce(newsOf(happened, source));
  const ending = await runRecovery(plan, order(), { ...worldOn("laptop"), announce });
  const closing = announcer.close();
  await vi.advanceTimersByTimeAsync(CLOSE_MS);
  await closing;
  return { ending, told };
}

describe("a run with sinks", () => {
  it("tells its start, each step in order, and its end", async () => {
    const sink = listening();
    await runTold([sink]);
    expect(sink.heard.flat()).toEqual([
      "failover of shop to dr: begun; next: declare",
      ...IDS.map(
        (id, index) =>
          `failover of shop to dr: step ${index + 1} of 4, ${id}, begins, about 5 min; next: ${IDS[index + 1] ?? "the end"}`,
      ),
      "failover of shop to dr: done, looked up in AWS",
    ]);
  });

  it("tells a failure with the step and the next command", async () => {
    const sink = listening();
    const run = async (): Promise<string> => {
      throw new Error("no database");
    };
    const { ending } = await runTold([sink], planOf(undefined, { "restore-database": { run } }));
    expect(ending.kind).toBe("failed");
    expect(sink.heard.flat().at(-1)).toBe(
      `failover of shop to dr: FAILED at restore-database; next: ${order().resume}`,
    );
  });

  it.each([
    ["hangs", hanging],
    ["fails", failing],
  ])(
    "is not held up and not failed by a sink that %s, says so once, and tells the others all",
    async (_, sink) => {
      const other = listening();
      const { ending, told } = await runTold([sink, other]);
      expect(ending.kind).toBe("done");
      expect(stage.done).toEqual(IDS);
      expect(other.heard.flat()).toHaveLength(IDS.length + 2);
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/^the webhook could not be told: /);
    },
  );
});

describe("the end of a run", () => {
  it("waits two seconds for a sink that hangs, and no more", async () => {
    const announcer = new Announcer([hanging], () => undefined, now);
    announcer.announce(news("begun"));
    let isClosed = false;
    const closing = announcer.close().then(() => (isClosed = true));
    await vi.advanceTimersByTimeAsync(CLOSE_MS - 1);
    expect(isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isClosed).toBe(true);
    await closing;
    expect(CLOSE_MS).toBeLessThanOrEqual(2000);
  });

  it("ends what is still being sent, so that nothing keeps the process", async () => {
    let signal: AbortSignal | undefined;
    const sink: Sink = {
      name: "the topic",
      send: (_, given) => {
        signal = given;
        return new Promise(() => undefined);
      },
    };
    const announcer = new Announcer([sink], () => undefined, now);
    announcer.announce(news("begun"));
    const closing = announcer.close();
    await vi.advanceTimersByTimeAsync(CLOSE_MS);
    await closing;
    expect(signal?.aborted).toBe(true);
  });
});

describe("a sink that was slow", () => {
  it("hears in one message what has gathered, oldest first", async () => {
    const heard: string[][] = [];
    let isSlow = true;
    const sink: Sink = {
      name: "the topic",
      send: async (some) => {
        if (isSlow) return new Promise(() => undefined);
        heard.push(some.map(({ headline }) => headline));
      },
    };
    const announcer = new Announcer([sink], () => undefined, now);
    for (const headline of ["one", "two", "three"]) announcer.announce(news(headline));
    isSlow = false;
    await vi.advanceTimersByTimeAsync(SEND_MS);
    expect(heard).toEqual([["two", "three"]]);
  });
});

describe("waiting", () => {
  it("is told when it begins, then every five minutes, and anew after the next step", async () => {
    const sink = listening();
    const announcer = new Announcer([sink], () => undefined, now);
    const wait = async (headline: string, afterMs: number): Promise<void> => {
      stage.clock += afterMs;
      announcer.announce(news(headline, "waiting"));
      await vi.advanceTimersByTimeAsync(0);
    };
    await wait("first", 0);
    await wait("too soon", WAITING_MS - 1);
    await wait("later", 1);
    announcer.announce(news("a step"));
    await wait("again", 0);
    expect(sink.heard.flat()).toEqual(["first", "later", "a step", "again"]);
  });
});
