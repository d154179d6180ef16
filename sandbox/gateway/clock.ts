/** Time as the emulations see it: that of the start, moving on as the real one does, plus what a test has moved it forward by. */
export interface Clock {
  now(): Date;
  /** Runs once when the clock reaches the time: because time passed, or because a test moved the clock. Returns how to cancel it. */
  at(time: Date, name: string, run: () => Promise<void> | void): () => void;
  after(delayMs: number, name: string, run: () => Promise<void> | void): () => void;
}

interface Event {
  readonly dueMs: number;
  readonly order: number;
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A clock that moves in steps from event to event, so that what an event schedules still happens within the same move. */
export class MovableClock implements Clock {
  private offsetMs: number;
  private order = 0;
  private events: readonly Event[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Events run one after the other, whoever moves the clock. */
  private queue: Promise<void> = Promise.resolve();
  private readonly failed: (name: string, error: unknown) => void;
  private readonly startsAt: Date | undefined;

  /** Starts at the real time, or at a later one. */
  constructor(failed: (name: string, error: unknown) => void, startsAt?: Date) {
    this.failed = failed;
    this.startsAt = startsAt;
    this.offsetMs = this.startOffsetMs();
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  at(time: Date, name: string, run: () => Promise<void> | void): () => void {
    const event: Event = { dueMs: time.getTime(), order: this.order++, name, run };
    this.events = [...this.events, event].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
    this.arm();
    return () => {
      this.events = this.events.filter((other) => other !== event);
      this.arm();
    };
  }

  after(delayMs: number, name: string, run: () => Promise<void> | void): () => void {
    return this.at(new Date(this.now().getTime() + delayMs), name, run);
  }

  /** Moves forward and resolves when every event on the way has run. */
  advance(byMs: number): Promise<void> {
    return this.enqueue(async () => {
      const targetMs = this.now().getTime() + byMs;
      await this.runDue(targetMs);
      this.offsetMs = Math.max(this.offsetMs, targetMs - Date.now());
    });
  }

  /** Names of what is still to come, next first. */
  pending(): readonly { readonly name: string; readonly at: Date }[] {
    return this.events.map((event) => ({ name: event.name, at: new Date(event.dueMs) }));
  }

  /** Back to the time of the start, with nothing scheduled. Waits for an event that is running. */
  reset(): Promise<void> {
    return this.enqueue(() => {
      this.stop();
      this.offsetMs = this.startOffsetMs();
      return Promise.resolve();
    });
  }

  stop(): void {
    this.events = [];
    clearTimeout(this.timer);
  }

  private startOffsetMs(): number {
    return this.startsAt === undefined ? 0 : this.startsAt.getTime() - Date.now();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done.finally(() => this.arm());
  }

  private async runDue(untilMs: number): Promise<void> {
    for (let next = this.events[0]; next !== undefined && next.dueMs <= untilMs; next = this.events[0]) {
      this.events = this.events.slice(1);
      this.offsetMs = Math.max(this.offsetMs, next.dueMs - Date.now());
      try {
        await next.run();
      } catch (error) {
        this.failed(next.name, error);
      }
    }
  }

  private arm(): void {
    clearTimeout(this.timer);
    const next = this.events[0];
    if (next === undefined) {
      return;
    }
    const waitMs = Math.min(Math.max(next.dueMs - this.now().getTime(), 0), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => {
      void this.enqueue(() => this.runDue(this.now().getTime()));
    }, waitMs);
    this.timer.unref();
  }
}
