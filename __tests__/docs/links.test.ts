import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import GithubSlugger from "github-slugger";
import { describe, expect, it } from "vitest";

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path)),
];

const proseOf = (path: string): string =>
  readFileSync(path, "utf8")
    .replaceAll(/^```[\s\S]*?^```/gm, "")
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ""));

/** The anchors that GitHub gives to a document's headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  const headings = readFileSync(path, "utf8")
    .replaceAll(/^```[\s\S]*?^```/gm, "")
    .matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) => slugger.slug(heading.replaceAll(/[`*]|\]\([^)]*\)|\[/g, ""))),
  );
}

const linksOf = (path: string): readonly string[] =>
  [...proseOf(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

describe.each(documents)("%s", (path) => {
  it("links to what is there", () => {
    const broken = linksOf(path).filter((target) => {
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? path : relative(".", join(dirname(path), file));
      if (!existsSync(found)) return true;
      return anchor !== undefined && !anchorsOf(found).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe("documents", () => {
  it("are all reached from README.md or CONTRIBUTING.md", () => {
    const reached = new Set(["README.md", "CONTRIBUTING.md"]);
    for (const path of reached)
      for (const target of linksOf(path)) {
        const found = relative(".", join(dirname(path), target.split("#")[0] ?? ""));
        if (found.endsWith(".md") && existsSync(found)) reached.add(found);
      }
    const decisions = (path: string): boolean => path.startsWith("docs/decisions/");
    expect(documents.filter((path) => !reached.has(path) && !decisions(path))).toEqual([]);
  });
});
