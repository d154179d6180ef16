import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { compare } from "../../src/costs/compare.ts";
import { formatMinutes } from "../../src/objectives/duration.ts";
import { objectivesOf } from "../../src/objectives/objectives.ts";
import { STANDBY_FLAGS, variants } from "../costs/support.ts";

const EXAMPLES = { "backup-copy": "disaster-recovery", "automated-backups": "automated-backups" } as const;
const FLAGS = {
  "backup-copy": "Backup copies",
  "automated-backups": "Replicated automated backups",
} as const;

const table = readFileSync("docs/recovery-strategies.md", "utf8").split("## Side by side")[1] ?? "";

/** The cell of a row, such as `worst-case RPO`, below a strategy. */
function cell(row: string, strategy: string): string {
  const lines = table.split("\n").filter((line) => line.startsWith("|"));
  const cells = (line: string): string[] => line.split("|").map((text) => text.trim());
  const column = cells(lines[0] ?? "").indexOf(`\`${strategy}\``);
  return cells(lines.find((line) => cells(line)[1]?.startsWith(row)) ?? "")[column] ?? "";
}

describe.each(["backup-copy", "automated-backups"] as const)("what the documents say of %s", (strategy) => {
  it("is the worst case that its example computes", async () => {
    const configuration = await loadConfiguration(`examples/${EXAMPLES[strategy]}`);
    const [objectives] = objectivesOf(configuration);
    const [rpo, rto] = [objectives?.rpo.worstCase, objectives?.rto.worstCase].map((one) =>
      one?.bounded === true ? formatMinutes(one.minutes) : "unbounded",
    );
    expect(cell("worst-case RPO", strategy)).toBe(rpo);
    expect(cell("worst-case RTO", strategy).split(":")[0]).toBe(rto);
  });

  it("is what it adds to the bill", () => {
    const flag = STANDBY_FLAGS.find(({ title }) => title === FLAGS[strategy]);
    const { additions } = compare(variants.stacks(flag?.before ?? []), variants.stacks(flag?.after ?? []));
    const counts = new Map<string, number>();
    for (const { type, resources } of additions) counts.set(type, (counts.get(type) ?? 0) + resources.length);
    const added = [...counts].map(([type, count]) => `${count} \`${type}\``).join(", ");
    expect(cell("billable resources", strategy)).toBe(added);
  });
});
