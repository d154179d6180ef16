import { readdirSync, readFileSync } from "node:fs";
import { XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { type Diagram, diagrams } from "../../src/diagrams/diagrams.ts";
import type { PlacedBox, Rectangle } from "../../src/diagrams/layout.ts";
import { readDiagramSpecs } from "../../src/diagrams/sources.ts";
import { svgOf } from "../../src/diagrams/svg.ts";
import { templatesOf } from "../support/synthesis.ts";

const drawn = await diagrams(await readDiagramSpecs(), templatesOf);

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const isInside = (a: Rectangle, b: Rectangle): boolean =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;

const pairs = <Item>(items: readonly Item[]): (readonly [Item, Item])[] =>
  items.flatMap((one, index) => items.slice(index + 1).map((other) => [one, other] as const));

/** Every straight piece of every arrow, as thin as it is drawn. */
const piecesOf = ({ layout }: Diagram): Rectangle[] =>
  layout.arrows.flatMap(({ points }) =>
    points.slice(1).map(({ x, y }, index) => {
      const from = points[index] ?? { x, y };
      return {
        x: Math.min(x, from.x),
        y: Math.min(y, from.y),
        width: Math.abs(x - from.x) + 1,
        height: Math.abs(y - from.y) + 1,
      };
    }),
  );

describe.each([...drawn])("docs/diagrams/%s.svg", (name, diagram) => {
  const { width, height, boxes, texts } = diagram.layout;
  const svg = svgOf(diagram);

  it("is what npm run docs would draw now", () => {
    expect(
      readFileSync(`docs/diagrams/${name}.svg`, "utf8"),
      "stale; run npm run docs and commit the result",
    ).toBe(svg);
  });

  it("keeps everything apart that does not belong together", () => {
    const within = (a: PlacedBox, b: PlacedBox): boolean => isInside(a, b) || isInside(b, a);
    expect(pairs(boxes).filter(([a, b]) => overlap(a, b) && !within(a, b))).toEqual([]);
    expect(pairs(boxes.filter(({ isContainer }) => !isContainer)).filter(([a, b]) => overlap(a, b))).toEqual(
      [],
    );
    expect(pairs(texts).filter(([a, b]) => overlap(a, b))).toEqual([]);
    const whole = { x: 0, y: 0, width, height };
    expect([...boxes, ...texts].filter((one) => !isInside(one, whole))).toEqual([]);
  });

  it("writes each text into its own box, and over no arrow", () => {
    const leaves = boxes.filter(({ isContainer }) => !isContainer);
    for (const text of texts) {
      const inLeaves = leaves.filter((leaf) => overlap(text, leaf));
      expect(
        inLeaves.every((leaf) => isInside(text, leaf)),
        text.text,
      ).toBe(true);
      expect(text.role === "label" || boxes.some((box) => isInside(text, box)), text.text).toBe(true);
      expect(
        piecesOf(diagram).filter((piece) => overlap(piece, text)),
        text.text,
      ).toEqual([]);
    }
  });

  it("can be read by everyone: a title, a description, light and dark, and nothing to load", () => {
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toMatch(/<title id="title">[^<]{10,}<\/title>\n<desc id="description">[^<]{10,}<\/desc>/);
    expect(svg).toContain('aria-labelledby="title description"');
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(svg).not.toMatch(/<script|href|url\((?!#)|@import/);
    expect(svg.length).toBeLessThan(20_000);
    expect(width).toBeLessThan(1300);
  });
});

describe("the diagrams", () => {
  it("are those of the stacks and of each posture, and no others", () => {
    const postures = ["pair-active", "pair-restored", "pair-standby"];
    const stacks = ["bootstrap", "dev", "dr", "prod", "traffic"].map((stack) => `stack-${stack}`);
    expect([...drawn.keys()].toSorted()).toEqual([...postures, ...stacks]);
    expect(readdirSync("docs/diagrams").toSorted()).toEqual(
      [...postures, ...stacks].map((name) => `${name}.svg`),
    );
  });

  it("show what changes with the posture", () => {
    const words = (name: string): string =>
      drawn
        .get(name)
        ?.layout.texts.map(({ text }) => text)
        .join("\n") ?? "";
    expect(words("pair-standby")).toMatch(/nobody may enter[^]*0 tasks[^]*in one zone/);
    expect(words("pair-restored")).toMatch(/nobody may enter[^]*3 tasks[^]*restored/);
    expect(words("pair-active")).not.toContain("nobody may enter");
    expect(words("pair-active")).toMatch(/3 tasks[^]*in two zones\nrestored/);
    const dashed = (name: string): number =>
      drawn.get(name)?.layout.arrows.findIndex((arrow) => arrow.dashed) ?? -1;
    expect(dashed("pair-standby")).not.toBe(dashed("pair-active"));
  });
});
