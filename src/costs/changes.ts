import type { SourceFiles } from "../config/read-files.ts";

/**
 * Differences from the files of an environments folder, by file name without its ending.
 *
 * Objects are merged, everything else is replaced, and undefined removes a key or a whole file. A name such as
 * `dr.activation` stands for an activation record.
 */
export type Changes = Readonly<Record<string, unknown>>;

const ACTIVATION = ".activation";

/** The files with the changes made to them; nothing is written. */
export function withChanges(sources: SourceFiles, changes: Changes): SourceFiles {
  const entries = Object.entries(changes);
  const records = entries.filter(([name]) => name.endsWith(ACTIVATION));
  const modules = entries.filter(([name]) => !name.endsWith(ACTIVATION));
  return {
    ...sources,
    files: [
      ...sources.files.flatMap((file) => {
        if (!(file.name in changes)) return [file];
        const change = changes[file.name];
        return change === undefined ? [] : [{ ...file, value: merge(file.value, change) }];
      }),
      ...modules
        .filter(([name, value]) => value !== undefined && !sources.files.some((file) => file.name === name))
        .map(([name, value]) => ({ name, file: `${name}.ts`, value })),
    ],
    activations: [
      ...sources.activations.filter(({ name }) => !(`${name}${ACTIVATION}` in changes)),
      ...records
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => ({ name: name.slice(0, -ACTIVATION.length), file: `${name}.json`, value })),
    ],
  };
}

/** A deep copy with differences, by the rules of `Changes`. */
export function merge(base: unknown, changes: unknown): unknown {
  if (!isObject(changes)) return changes;
  const merged: Record<string, unknown> = isObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
