import * as fc from "fast-check";
import { composeConfiguration } from "../../src/config/load.ts";
import { UserError } from "../../src/config/problem.ts";
import { readSourceFiles, type SourceFile } from "../../src/config/read-files.ts";
import { environmentSchema } from "../../src/config/schema.ts";
import { type Specs, specsOf } from "../../src/config/spec.ts";
import { projectSchema } from "../../src/project/schema.ts";
import { type TextKey, textKeys, withText } from "./free-text.ts";

/** Sets of environments that have every section of the schema between them. */
const FOLDERS = [
  "environments",
  "examples/eks",
  "examples/k3s",
  "examples/ecs-fargate-spot",
  "examples/traffic-automatic",
];

/** What CDKTF and Terraform would obey, and what breaks out of where text is put. */
const PIECES = [
  "${",
  "%{",
  "$",
  "%",
  "{",
  "}",
  "#",
  "&",
  '"',
  "'",
  "\\",
  "${TfToken[TOKEN.1]}",
  "#{TfToken[TOKEN.1]}",
  "&{TfToken[TOKEN.1]}",
  "${TfToken[X.9]}",
  "-1.8881545897087505e+289",
  '${file("/etc/hostname")}',
  "%{if true}",
  "${terraform.workspace}",
  "String Map Token Value",
  '","',
  "\uFDD036;",
  "ö",
  " ",
  "\n",
  "a",
  "/",
  "=",
  "@",
];

const joined = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(""));

/** Odd texts, and such as begin and go on as an address, a path or a sentence has to. */
export const oddText = fc.oneof(
  joined,
  joined.map((text) => `/${text.replaceAll(/\s/g, "-")}`),
  joined.map((text) => `because of ${text} it is so`),
  fc.stringMatching(/^[a-z][a-z0-9 _.:/=+@-]{0,20}[a-z]$/),
);

/** A key that takes odd text, and the files in which it can be tried. */
export interface Place extends TextKey {
  /** The set that it is in. */
  readonly folder: string;
  readonly files: readonly SourceFile[];
  readonly file: string;
}

/** What no stack holds: reasons are for people, and only validations ask the deep path. */
export const OUTSIDE_OF_STACKS = /\.(reason|removalReason|guardrail|deepPath)$/;

/** The places of text in all sets, each once. */
export async function textPlaces(): Promise<readonly Place[]> {
  const places = new Map<string, Place>();
  for (const folder of FOLDERS) {
    const { files } = await readSourceFiles(folder);
    for (const { name, value } of files) {
      const schema = name === "project" ? projectSchema : environmentSchema;
      for (const key of textKeys(schema, value)) {
        const id = `${name}${key.id}`;
        if (!places.has(id)) places.set(id, { ...key, id, folder, files, file: name });
      }
    }
  }
  return [...places.values()];
}

/** The keys of every schema, whether a set has a place for them or not. */
export const allTextKeys = (): readonly string[] => [
  ...textKeys(projectSchema).map(({ id }) => `project${id}`),
  ...textKeys(environmentSchema).map(({ id }) => id),
];

/** A text at a place. */
export interface Placed {
  readonly place: Place;
  readonly text: string;
}

/** What the stacks of one set are built from with texts at places; undefined where one is refused. */
export function specsWith(placed: readonly Placed[]): Specs | undefined {
  const [files = []] = placed.map(({ place }) => place.files);
  const changed = files.map((file) => {
    const own = placed.filter(({ place }) => place.file === file.name);
    return {
      ...file,
      value: own.reduce<unknown>((value, { place, text }) => withText(value, place.path, text), file.value),
    };
  });
  try {
    return specsOf(composeConfiguration({ files: changed, activations: [], problems: [] }, "environments"));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const SAMPLES = fc.sample(oddText, { numRuns: 400, seed: 54 });

/** Whether a place takes what Terraform would obey; others take identifiers. */
export const takesCode = (place: Place): boolean =>
  SAMPLES.filter((text) => text.includes("${") && place.schema.safeParse(text).success)
    .slice(0, 5)
    .some((text) => specsWith([{ place, text }]) !== undefined);

/** A text for each of the places, other ones in each round. */
export function textsFor(places: readonly Place[], round: number): readonly Placed[] {
  const used = new Set<string>();
  return places.flatMap((place, index) => {
    const start = (round * 37 + index * 11) % SAMPLES.length;
    const text = [...SAMPLES.slice(start), ...SAMPLES.slice(0, start)].find(
      (one) =>
        !used.has(one) &&
        place.schema.safeParse(one).success &&
        specsWith([{ place, text: one }]) !== undefined,
    );
    if (text === undefined) throw new Error(`no odd text is accepted by ${place.id}`);
    used.add(text);
    return [{ place, text }];
  });
}

/** The places of each set of environments. */
export const bySet = (places: readonly Place[]): readonly (readonly Place[])[] =>
  [...new Set(places.map(({ files }) => files))].map((files) =>
    places.filter((place) => place.files === files),
  );

/** Every text of a value: what stands in it, and in the JSON that stands in it. */
export function textsIn(value: unknown): readonly string[] {
  // Kubernetes takes two dollar signs of a variable for one.
  if (typeof value === "string") return [value, value.replaceAll("$$", () => "$"), ...textsIn(opened(value))];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]);
}

function opened(text: string): unknown {
  const json = text.replace(/^# .*\n/, "");
  if (!/^[[{]/.test(json)) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
