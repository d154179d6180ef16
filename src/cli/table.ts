/** One column of a table. */
interface Column {
  readonly align: "left" | "right";
}

/** Rows in columns, two spaces apart and without trailing spaces. Colours are for the lines that come out. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((_, index) => Math.max(0, ...rows.map((row) => (row[index] ?? "").length)));
  return rows.map((row) =>
    columns
      .map(({ align }, index) => {
        const [cell, width] = [row[index] ?? "", widths[index] ?? 0];
        return align === "right" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
