import { z } from "zod";

const eventSchema = z.looseObject({
  type: z.string(),
  hook: z
    .looseObject({
      resource: z.looseObject({ addr: z.string() }),
      action: z.string().default(""),
      elapsed_seconds: z.number().default(0),
    })
    .optional(),
  diagnostic: z
    .looseObject({
      severity: z.string(),
      summary: z.string(),
      detail: z.string().default(""),
      address: z.string().optional(),
    })
    .optional(),
});

/** One line of what Terraform prints with `-json`. */
export type TerraformEvent = z.output<typeof eventSchema>;

/** Reads a line; undefined for the plain text that Terraform mixes in when it fails early. */
export function readEvent(line: string): TerraformEvent | undefined {
  try {
    return eventSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** What Terraform complained of, and of which resource it did. */
export interface Complaint {
  /** The resource; undefined where Terraform names none. */
  readonly address: string | undefined;
  readonly text: string;
}

/** What Terraform printed with `-json` as errors; empty where it printed plain text. */
export const complaintsIn = (text: string): readonly Complaint[] =>
  text
    .trim()
    .split("\n")
    .flatMap((line) => {
      const diagnostic = readEvent(line)?.diagnostic;
      if (diagnostic?.severity !== "error") return [];
      const { address, summary, detail } = diagnostic;
      return [{ address, text: [summary, oneLine(detail)].filter((part) => part !== "").join(": ") }];
    });

/** What Terraform complained of, each as one line; of text that is no JSON the last line. */
export function errorsIn(text: string): readonly string[] {
  const errors = complaintsIn(text).map(({ address, text: said }) =>
    [address, said].filter((part) => part !== undefined && part !== "").join(": "),
  );
  const lines = text.trim().split("\n");
  const spoken = lines.findIndex((line) => /Error: /.test(line));
  const plain = spoken === -1 ? (lines.at(-1) ?? "") : lines.slice(spoken, spoken + 8).join(" ");
  return errors.length > 0 ? errors : [oneLine(plain)];
}

/** Terraform draws boxes around what it says to people. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\s│╷╵]+/g, " ")
    .trim()
    .slice(0, 600);
