import type { News } from "./news.ts";

/** SNS takes 256 KB, and a reader much less. */
const LONGEST_TEXT = 8000;
/** SNS refuses a longer subject, and one that begins with a blank or has anything but printable ASCII in it. */
const LONGEST_SUBJECT = 100;

/** The newest first: whoever reads one line reads how it is now. */
export function textOf(news: readonly News[]): string {
  const [newest, ...earlier] = news.toReversed();
  if (newest === undefined) return "";
  const lines = [
    newest.headline,
    ...newest.details,
    ...(earlier.length === 0 ? [] : ["before that:", ...earlier.map(({ headline }) => headline)]),
  ];
  const text = lines.join("\n");
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}\n...`;
}

/** One line of printable ASCII. */
export const subjectOf = (news: readonly News[]): string =>
  (news.at(-1)?.headline ?? "")
    .replaceAll(/[^\x20-\x7E]/g, "?")
    .slice(0, LONGEST_SUBJECT)
    .trim();
