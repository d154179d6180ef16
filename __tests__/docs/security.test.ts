import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const text = readFileSync("docs/security.md", "utf8");

describe("docs/security.md", () => {
  it("names tests that exist", () => {
    const named = [...text.matchAll(/`([a-z0-9/-]+\.test\.ts)`/g)].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(`__tests__/${path}`))).toEqual([]);
  });

  it("names a test for every line of what identities may do", () => {
    const [, table = ""] = /## Who can do what\n([\s\S]*?)\n## /.exec(text) ?? [];
    const lines = table.split("\n").filter((line) => line.startsWith("| ") && !/^\| (who|-)/.test(line));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !line.includes(".test.ts"))).toEqual([]);
  });
});
