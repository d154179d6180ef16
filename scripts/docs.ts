import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { composeConfiguration } from "../src/config/load.ts";
import { readSourceFiles } from "../src/config/read-files.ts";
import { costReference } from "../src/costs/document.ts";
import { Variants } from "../src/costs/variants.ts";
import { diagrams } from "../src/diagrams/diagrams.ts";
import { readDiagramSpecs } from "../src/diagrams/sources.ts";
import { svgOf } from "../src/diagrams/svg.ts";
import { documents } from "../src/docs/documents.ts";
import { readTests } from "../src/docs/read-tests.ts";
import { synthesize } from "../src/stacks/synthesize.ts";

const FOLDER = "environments";

/** Writes every generated document. */
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".ts"));
const sources = new Map(
  names.map((name) => [basename(name, ".ts"), readFileSync(join(FOLDER, name), "utf8")]),
);
const files = await readSourceFiles(FOLDER);
const costs = costReference(composeConfiguration(files, FOLDER), new Variants(files, FOLDER));
const drawn = await diagrams(await readDiagramSpecs(), (specs) => synthesize(specs).templates);
const pictures = [...drawn].map(([name, diagram]) => [`docs/diagrams/${name}.svg`, svgOf(diagram)] as const);
const written = [
  ...documents(sources, readTests()),
  ...pictures,
  ...(costs === undefined ? [] : [["docs/costs.md", costs] as const]),
];
for (const [path, text] of written) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
