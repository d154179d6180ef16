import { quoted } from "../recovery/commands.ts";

/** Options that every printed command needs as well, as they were given to this one. */
export interface KeptOptions {
  /** The folder with the environment files. */
  readonly environments: string;
  /** The standby, where one was named. */
  readonly environment: string | undefined;
}

const DEFAULT_FOLDER = "environments";

/** Commands that ask no single standby. */
const OF_ALL = new Set(["objectives"]);

/** A command of this program, and what follows it: up to the next one, the end of the line (also in JSON) or a tag. */
const OWN = /npm run dr -- (\S+)((?:(?!npm run dr --|\\n)[^\n<])*)/g;

/** Programs that read the folder from their surroundings. */
const OTHERS =
  /(?<!ENVIRONMENTS_DIR=\S* )(?<=^|\\n|[^\w=-])(npx cdktf (?:deploy|diff|synth|destroy)|npm run (?:bootstrap|synth))\b/gm;

/**
 * Completes the commands in a text, so that each works when it is pasted: with the folder and the standby that this command was
 * given. Whoever prints a command need not know them, and a journal written on another machine names no folder of that machine.
 *
 * @param encode for text inside JSON or HTML
 */
export function keepOptions(
  text: string,
  { environments, environment }: KeptOptions,
  encode: (text: string) => string = (plain) => plain,
): string {
  const folder = environments === DEFAULT_FOLDER ? undefined : encode(quoted(environments));
  const named = environment === undefined ? undefined : encode(quoted(environment));
  const own = text.replaceAll(OWN, (_, verb: string, rest: string) => {
    const [bare = "", mark = ""] = /^([a-z]+)(.*)$/.exec(verb)?.slice(1) ?? ["", verb];
    const lacks = (option: string): boolean => !` ${rest} `.includes(` ${option} `);
    return [
      `npm run dr -- ${bare}`,
      ...(bare === "" || folder === undefined || !lacks("--environments")
        ? []
        : [` --environments ${folder}`]),
      ...(bare === "" || named === undefined || OF_ALL.has(bare) || !lacks("--environment")
        ? []
        : [` --environment ${named}`]),
      mark,
      rest,
    ].join("");
  });
  return folder === undefined ? own : own.replaceAll(OTHERS, `ENVIRONMENTS_DIR=${folder} $1`);
}
