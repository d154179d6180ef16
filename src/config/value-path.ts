type Path = readonly PropertyKey[];

/** The value at a path; undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    root,
  );
}

/** A copy without what stands at the paths; a list goes as a whole, since its other entries would move. */
export function without(root: unknown, paths: readonly Path[]): unknown {
  const copy: unknown = structuredClone(root);
  for (const path of paths) {
    const index = path.findIndex((part) => typeof part === "number");
    const end = index === -1 ? path.length : index;
    const [parent, key] = [valueAt(copy, path.slice(0, end - 1)), path[end - 1]];
    if (typeof parent === "object" && parent !== null && key !== undefined)
      Reflect.deleteProperty(parent, key);
  }
  return copy;
}

/** Moves a value to another key unless that is taken; without a key to move to, drops it. */
export function rename(object: unknown, from: string, to: string | undefined): void {
  if (typeof object !== "object" || object === null) return;
  const value: unknown = Reflect.get(object, from);
  Reflect.deleteProperty(object, from);
  if (to !== undefined && !Object.hasOwn(object, to)) Reflect.set(object, to, value);
}
