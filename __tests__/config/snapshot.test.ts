import { describe, expect, it } from "vitest";
import { snapshotOf } from "../../src/config/snapshot.ts";

const throwing = (message: string): object => ({
  get region(): string {
    throw new Error(message);
  },
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

function doubled(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = { a: value, b: value };
  return value;
}

describe("what a file exports", () => {
  it.each([
    [
      "a getter that throws",
      { a: [throwing("x")] },
      { key: "a[0].region", message: "can't be read, got x; write plain data" },
    ],
    [
      "deep nesting",
      nested(20_000),
      { key: "[0][0][0]", message: "nested too deep, got more than 100 levels; write plain data" },
    ],
    [
      "the same object again and again",
      doubled(60),
      { message: "too large, got more than 100000 values; write plain data" },
    ],
    [
      "a list that is long and empty",
      { a: Array.from({ length: 3 }), b: Object.assign([], { length: 4e9 }) },
      { key: "b", message: "can't be read, got a list of 4000000000 entries; write plain data" },
    ],
    [
      "a proxy that does not answer",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("no");
          },
        },
      ),
      { key: "", message: "can't be read, got no; write plain data" },
    ],
  ])("is refused in one line: %s", (_, value, problem) => {
    expect(snapshotOf(value)).toMatchObject(problem);
  });

  it("is read once", () => {
    let reads = 0;
    const value = {
      get region() {
        reads += 1;
        return `eu-west-${reads}`;
      },
    };
    const snapshot = snapshotOf(new Proxy(value, {}));
    expect(snapshot).toEqual({ value: { region: "eu-west-1" } });
    expect(JSON.stringify(snapshot)).toBe('{"value":{"region":"eu-west-1"}}');
  });

  it("keeps what others name: functions, instances, cycles and holes", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const date = new Date(0);
    const snapshot = snapshotOf({ cycle, date, run: Math.max, list: [1, undefined, 3] });
    expect(snapshot).toEqual({ value: { cycle, date, run: Math.max, list: [1, undefined, 3] } });
  });

  it("does not become a prototype", () => {
    const snapshot = snapshotOf(JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(JSON.stringify(snapshot)).toBe('{"value":{"__proto__":{"polluted":true}}}');
  });
});
