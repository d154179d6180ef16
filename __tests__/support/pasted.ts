import { run } from "../../src/cli/run.ts";
import { UserError } from "../../src/config/problem.ts";
import { PLAIN, worldOf } from "./recovery-cli.ts";
import { memoryAws } from "./memory-aws.ts";

/** A command as it was printed, up to where prose goes on. */
export interface Printed {
  readonly text: string;
  readonly words: readonly string[];
}

/** The words of a shell line that has neither variables nor substitutions in what is ours. */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  for (const [part] of line.matchAll(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/g))
    words.push(
      part.replaceAll(
        /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
        (_, a?: string, b?: string, c?: string) => a ?? b?.replaceAll(/\\(["$`\\])/g, "$1") ?? c ?? "",
      ),
    );
  return words;
}

const ALONE = new Set([
  "--execute",
  "--stay",
  "--discard-writes",
  "--take-lock",
  "--json",
  "--actions",
  "--despite",
]);

/** Every command of this program in a text. A person stops copying where words follow that belong to no option. */
export function printedCommands(text: string): readonly Printed[] {
  return [...text.matchAll(/npm run dr -- ([^\n]*)/g)].flatMap(([, rest = ""]) => {
    const line = rest.split("npm run dr --")[0] ?? "";
    const words = shellWords(line);
    const taken: string[] = [];
    for (let index = 0; index < words.length; index += 1) {
      const word = words[index] ?? "";
      if (index > 0 && !word.startsWith("--")) break;
      const isLast = /[,;:)]$/.test(word);
      taken.push(word.replace(/[,;:)]+$/, ""));
      if (isLast) break;
      if (index === 0 || ALONE.has(word)) continue;
      index += 1;
      const value = words[index] ?? "";
      taken.push(value.replace(/[,;:)]+$/, ""));
      if (/[,;:)]$/.test(value)) break;
    }
    return [{ text: `npm run dr -- ${line}`, words: taken }];
  });
}

class Accepted extends Error {}

/** What the real parser makes of a command: the folder that it would read, or what it refuses. */
export async function paste(
  words: readonly string[],
): Promise<{ readonly folder?: string; readonly refused?: string }> {
  const errors: string[] = [];
  let folder: string | undefined;
  const print = (line: string): void => void errors.push(line);
  try {
    await run(
      words,
      { print, printError: print, colours: false },
      {
        ...worldOf(() => memoryAws()),
        ...PLAIN,
        loadConfiguration: async (from) => {
          folder = from;
          throw new Accepted();
        },
      },
    );
  } catch (error) {
    if (!(error instanceof Accepted || error instanceof UserError)) throw error;
  }
  return folder === undefined ? { refused: errors.join("\n") } : { folder };
}
