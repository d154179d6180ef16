import { describe, expect, it } from "vitest";
import { differences, EXAMPLES, readStacks } from "./support.ts";

const snapshot = (name: string): string => `./__snapshots__/${name}.json`;
const text = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const defaults = await readStacks("environments");

/** Read the diff of a snapshot as you would read a plan: a changed address destroys what it named. */
describe("the default environments", () => {
  it.each([...defaults.keys()])("%s is as it was reviewed", async (stack) => {
    await expect(text(defaults.get(stack))).toMatchFileSnapshot(snapshot(stack));
  });
});

describe("the examples differ from the default environments as it was reviewed", () => {
  it.each(EXAMPLES)("%s", async (example) => {
    const stacks = await readStacks(`examples/${example}`);
    const changes = [...stacks].map(([name, stack]) => [name, differences(defaults.get(name) ?? {}, stack)]);
    await expect(text(Object.fromEntries(changes))).toMatchFileSnapshot(snapshot(`example-${example}`));
  });
});
