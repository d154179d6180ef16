import type { News } from "./news.ts";

/** Somewhere news are told. */
export interface Sink {
  /** As the operator reads it when it fails: no secret in it. */
  readonly name: string;
  /**
   * Tells several news at once, oldest first.
   *
   * @throws Error whose message holds no secret
   */
  readonly send: (news: readonly News[], signal: AbortSignal) => Promise<void>;
}

/** An attempt to tell something is given up after this. Nobody waits for it. */
export const SEND_MS = 10_000;

/** How long the end of a run waits for what has not been told. */
export const CLOSE_MS = 2000;

/** Waiting is told when it begins, and then no more often than this. */
export const WAITING_MS = 5 * 60_000;

/**
 * Tells sinks what a run does, in order, beside the run: no step waits for them, and none fails with them.
 *
 * What can't be told is said once for each sink. What has gathered while a sink was slow goes out in one message, so that
 * one which hangs is not far behind when it answers again.
 */
export class Announcer {
  private readonly outlets: readonly Outlet[];
  private toldAt = Number.NEGATIVE_INFINITY;
  private waits = false;

  constructor(
    sinks: readonly Sink[],
    tell: (line: string) => void,
    private readonly now: () => Date,
  ) {
    this.outlets = sinks.map((sink) => new Outlet(sink, tell));
  }

  announce(news: News): void {
    const at = this.now().getTime();
    const isWaiting = news.event === "waiting";
    if (isWaiting && this.waits && at - this.toldAt < WAITING_MS) return;
    this.waits = isWaiting;
    this.toldAt = at;
    for (const outlet of this.outlets) outlet.add(news);
  }

  /** Gives what is still to be told two seconds. */
  async close(): Promise<void> {
    await Promise.all(this.outlets.map((outlet) => outlet.close()));
  }
}

class Outlet {
  private waiting: News[] = [];
  private sending: Promise<void> | undefined;
  private isReported = false;
  private readonly stop = new AbortController();

  constructor(
    private readonly sink: Sink,
    private readonly tell: (line: string) => void,
  ) {}

  add(news: News): void {
    this.waiting.push(news);
    this.sending ??= this.drain();
  }

  async close(): Promise<void> {
    if (this.sending === undefined) return;
    const isTold = await withinMs(CLOSE_MS, async () => {
      await this.sending;
      return true;
    }).catch(() => false);
    this.waiting = [];
    this.stop.abort();
    if (!isTold) this.report(`no answer within ${CLOSE_MS / 1000} s of the end`);
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const news = this.waiting;
      this.waiting = [];
      try {
        await withinMs(SEND_MS, (signal) =>
          this.sink.send(news, AbortSignal.any([signal, this.stop.signal])),
        );
      } catch (error) {
        if (!this.stop.signal.aborted) this.report(error instanceof Error ? error.message : String(error));
      }
    }
    this.sending = undefined;
  }

  private report(why: string): void {
    if (this.isReported) return;
    this.isReported = true;
    this.tell(
      `${this.sink.name} could not be told: ${why}; the run goes on without it, and this is said once`,
    );
  }
}

/** Also when nobody listens to the signal. */
function withinMs<Value>(milliseconds: number, act: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const stop = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop.abort();
      reject(new Error(`no answer within ${milliseconds / 1000} s`));
    }, milliseconds);
    act(stop.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
