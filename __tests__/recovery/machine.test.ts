import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { thisMachine } from "../../src/recovery/machine.ts";

const IDENTITY = /^[0-9a-f-]{36}$/;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilot-light-machine-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the identity of a working copy", () => {
  it("is made once, in a folder that need not be there", () => {
    const below = join(folder, "shop", "dr");
    const { machine } = thisMachine(below);
    expect(machine).toMatch(IDENTITY);
    expect(thisMachine(below).machine).toBe(machine);
    expect(readdirSync(below)).toEqual(["machine"]);
  });

  it.each(["", "\n", "0b4e6c1c-1d7b", "\u0000\u0000", "kim's laptop"])(
    "is made anew where a full disk or a person has left %j",
    (left) => {
      writeFileSync(join(folder, "machine"), left);
      const { machine } = thisMachine(folder);
      expect(machine).toMatch(IDENTITY);
      expect(readFileSync(join(folder, "machine"), "utf8")).toBe(machine);
    },
  );

  it.each([
    { what: "a file stands in the folder's place", of: () => writeFileSync(join(folder, "runs"), "") },
    {
      what: "a folder stands in the file's place",
      of: () => mkdirSync(join(folder, "runs", "machine"), { recursive: true }),
    },
  ])("is the process's own when $what", ({ of }) => {
    of();
    expect(thisMachine(join(folder, "runs")).machine).toMatch(IDENTITY);
  });
});
