import { describe, expect, it } from "vitest";
import { DeliveryQueue } from "../../sandbox/emulations/replication/delivery-queue.ts";
import { MovableClock } from "../../sandbox/gateway/clock.ts";
import { MotoPort } from "../../sandbox/gateway/moto-port.ts";

function start() {
  const clock = new MovableClock((_name, error) => {
    throw error;
  });
  const down = new Set<string>();
  const notes: string[] = [];
  const world = {
    account: "123456789012",
    clock,
    moto: new MotoPort("http://127.0.0.1:1"),
    isDown: (region: string) => down.has(region),
    note: (message: string) => notes.push(message),
  };
  const delivered: string[] = [];
  const queue = new DeliveryQueue(world, "replication", ["a", "b"]);
  const add = (name: string, delayMs = 1000) =>
    queue.add(delayMs, () => {
      delivered.push(name);
      return Promise.resolve();
    });
  return { clock, down, notes, delivered, queue, add };
}

describe("a queue of deliveries", () => {
  it("keeps the order while a region is down, though later ones fall due", async () => {
    const { clock, down, delivered, add } = start();
    add("first");
    down.add("b");
    await clock.advance(60_000);
    add("second");
    await clock.advance(60_000);
    expect(delivered).toEqual([]);
    down.clear();
    await clock.advance(20_000);
    expect(delivered).toEqual(["first", "second"]);
    clock.stop();
  });

  it("lets none overtake one that takes longer, and goes on after one that fails", async () => {
    const { clock, delivered, notes, queue, add } = start();
    queue.add(1000, () => Promise.reject(new Error("no")));
    add("slow", 5000);
    add("quick", 1000);
    await clock.advance(2000);
    expect(delivered).toEqual([]);
    await clock.advance(4000);
    expect(delivered).toEqual(["slow", "quick"]);
    expect(notes).toEqual(["replication failed: no"]);
    clock.stop();
  });

  it("retries once in a while, however many wait", async () => {
    const { clock, down, add } = start();
    down.add("a");
    ["1", "2", "3"].forEach((name) => add(name));
    await clock.advance(60_000);
    expect(clock.pending()).toHaveLength(1);
    clock.stop();
  });
});
