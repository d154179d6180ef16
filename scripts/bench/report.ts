import { table as markdownTable } from "../../src/docs/markdown.ts";
import { cells, type Figure, isMet, number, verdict } from "./figures.ts";
import { describeMachine, type Machine } from "./machine.ts";

const [BEGIN, END] = ["<!-- npm run bench -- --write: begin -->", "<!-- npm run bench -- --write: end -->"];

/** For a terminal. */
export function text(figures: readonly Figure[], machine: Machine): string {
  const rows = cells(figures);
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, "", describeMachine(machine)].join("\n");
}

/** The document with these figures in the place of those that it has. */
export function withFigures(
  document: string,
  figures: readonly Figure[],
  machine: Machine,
  runs: number,
): string {
  const [head = [], ...rows] = cells(figures);
  const [before, after] = [document.split(BEGIN)[0] ?? "", document.split(END)[1] ?? "\n"];
  const table = markdownTable(head, rows);
  return `${before.trimEnd()}\n\n${BEGIN}\n\n${table}\n\nMedians of ${runs} runs on ${describeMachine(machine)}.\n\n${END}${after}`;
}

/** For other programs: numbers where the table has words. */
export function toJson(figures: readonly Figure[], machine: Machine): unknown {
  return {
    machine,
    figures: figures.map(({ what, sample, ratio, targets = [] }) => ({
      what: what.replaceAll("`", ""),
      ...sample,
      comparison: ratio,
      targets: targets.map((target) => ({
        target: target.text,
        value: Number.isNaN(target.value) ? null : target.value,
        met: isMet(target),
        result: verdict(target),
        margin: Number.isNaN(target.value) ? null : Number(number(Math.abs(target.limit - target.value))),
      })),
    })),
  };
}
