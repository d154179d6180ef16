import { afterEach, describe, expect, it } from "vitest";
import { MovableClock } from "../../sandbox/gateway/clock.ts";

const HOUR = 3_600_000;
const failures: string[] = [];
const clock = new MovableClock((name, error) => failures.push(`${name}: ${String(error)}`));
afterEach(() => clock.reset());

describe("a clock that moves", () => {
  it("runs what falls due on the way, in the order of time, each at its own time", async () => {
    const start = clock.now().getTime();
    const ran: [string, number][] = [];
    const note = (name: string) => () => {
      ran.push([name, Math.round((clock.now().getTime() - start) / HOUR)]);
    };
    clock.after(3 * HOUR, "third", note("third"));
    clock.after(HOUR, "first", note("first"));
    clock.after(2 * HOUR, "second", note("second"));
    clock.after(9 * HOUR, "later", note("later"));
    await clock.advance(4 * HOUR);
    expect(ran).toEqual([
      ["first", 1],
      ["second", 2],
      ["third", 3],
    ]);
    expect(clock.pending().map(({ name }) => name)).toEqual(["later"]);
  });

  it("starts when it is told to, and goes back there", async () => {
    const startsAt = new Date(Date.now() + 9 * HOUR);
    const later = new MovableClock(() => undefined, startsAt);
    const sinceStart = () => Math.round((later.now().getTime() - startsAt.getTime()) / HOUR);
    expect(sinceStart()).toBe(0);
    await later.advance(5 * HOUR);
    expect(sinceStart()).toBe(5);
    await later.reset();
    expect(sinceStart()).toBe(0);
  });

  it("runs a schedule as often as it fires within one move", async () => {
    let backups = 0;
    const everyTwelveHours = () => {
      clock.after(12 * HOUR, "backup", () => {
        backups += 1;
        everyTwelveHours();
      });
    };
    everyTwelveHours();
    await clock.advance(7 * 24 * HOUR + 1000);
    expect(backups).toBe(14);
  });

  it("waits for one event before the next, so that a copy never starts before its backup is done", async () => {
    const order: string[] = [];
    clock.after(1000, "slow", async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      order.push("slow");
    });
    clock.after(1001, "quick", () => {
      order.push("quick");
    });
    await Promise.all([clock.advance(HOUR), clock.advance(HOUR)]);
    expect(order).toEqual(["slow", "quick"]);
  });

  it("moves real time as well: an event fires without anyone moving the clock", async () => {
    await new Promise<void>((resolve) => {
      clock.after(20, "soon", resolve);
    });
    expect(clock.pending()).toEqual([]);
  });

  it("forgets a cancelled event, and after a reset everything", async () => {
    const ran: string[] = [];
    const cancel = clock.after(HOUR, "cancelled", () => {
      ran.push("cancelled");
    });
    cancel();
    await clock.advance(2 * HOUR);
    clock.after(HOUR, "forgotten", () => {
      ran.push("forgotten");
    });
    await clock.reset();
    await clock.advance(2 * HOUR);
    expect(ran).toEqual([]);
  });

  it("is back at the real time after a reset", async () => {
    await clock.advance(1000 * HOUR);
    await clock.reset();
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(1000);
  });

  it("says which event failed and goes on with the others", async () => {
    const ran: string[] = [];
    clock.after(1, "broken", () => {
      throw new Error("no vault");
    });
    clock.after(2, "sound", () => {
      ran.push("sound");
    });
    await clock.advance(HOUR);
    expect(failures).toEqual(["broken: Error: no vault"]);
    expect(ran).toEqual(["sound"]);
  });
});
