import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { section } from "../../src/config/fields.ts";
import { documents } from "../../src/docs/documents.ts";
import { readTests } from "../../src/docs/read-tests.ts";
import { plain, type Row, rowsOf } from "../../src/docs/schema-rows.ts";

const names = readdirSync("environments").filter((name) => name.endsWith(".ts"));
const sources = new Map(
  names.map((name) => [basename(name, ".ts"), readFileSync(join("environments", name), "utf8")]),
);
const generated = documents(sources, readTests());

describe.each([...generated.keys()])("%s", (path) => {
  it("is what npm run docs would write now", () => {
    expect(readFileSync(path, "utf8"), "stale; run npm run docs and commit the result").toBe(
      generated.get(path),
    );
  });
});

describe("the configuration reference", () => {
  const text = generated.get("docs/configuration.md") ?? "";

  it("says of every key what it means", () => {
    const rows = text.split("\n").filter((line) => line.startsWith("| `"));
    expect(rows.length).toBeGreaterThan(200);
    for (const row of rows) expect(row).toMatch(/^\| `[^`]+` \| .+ \| .+ \| \S.* \|$/);
  });

  it("shows the default environments, whole", () => {
    for (const source of sources.values()) expect(text).toContain(source.trimEnd());
  });

  it("names the plan's flags where they live", () => {
    expect(text).toMatch(/\| `compute\.desiredCount` \|.*`desired_count` \|/);
    expect(text).toMatch(/\| `ingress\.public` \|.*`alb_enable_public_ingress` \|/);
  });
});

const rows = (schema: z.ZodType): readonly Row[] =>
  rowsOf(plain(z.toJSONSchema(section({ top: schema }), { io: "input", unrepresentable: "any" })));

describe("a schema's rows", () => {
  it("tell what each option of a choice has, and what all have", () => {
    const shared = { count: z.int().min(1).describe("how many") };
    const choice = z.discriminatedUnion("mode", [
      section({ mode: z.literal("one").describe("first"), ...shared }),
      section({
        mode: z.literal("two").describe("second"),
        ...shared,
        extra: z.boolean().default(true).describe("more"),
      }),
    ]);
    expect(rows(choice.describe("a choice of two"))).toEqual([
      { key: "top", type: "a choice", absent: "required", meaning: "a choice of two" },
      {
        key: "top.mode",
        type: '`"one"` or `"two"`',
        absent: "required",
        meaning: '`"one"`: first; `"two"`: second',
      },
      { key: "top.count", type: "a whole number 1 or more", absent: "required", meaning: "how many" },
      { key: "top.extra", type: "`true` or `false`", absent: "`true`", meaning: 'more (mode `"two"`)' },
    ]);
  });

  it("reach into lists, and say what a list holds", () => {
    const entries = z.array(section({ name: z.string().optional().describe("a name") })).max(3);
    expect(rows(entries.default([]).describe("some"))).toEqual([
      { key: "top", type: "a list of at most 3, each a section", absent: "`[]`", meaning: "some" },
      { key: "top[].name", type: "text", absent: "none", meaning: "a name" },
    ]);
  });
});
