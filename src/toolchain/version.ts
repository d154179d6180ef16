/** `5.100.0` as numbers; undefined for anything else, a pre-release included. */
export function numbersOf(version: string): readonly [number, number, number] | undefined {
  const [, major, minor, patch] = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(version) ?? [];
  return patch === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/** Below 0 when the first is the older one, 0 when they are the same, and for what is no version. */
export function compareVersions(first: string, second: string): number {
  const [a, b] = [numbersOf(first), numbersOf(second)];
  if (a === undefined || b === undefined) return 0;
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** `1.11` of `1.11.4`. */
export const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");
