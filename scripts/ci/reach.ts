/** The stacks of a configuration, and how one file can reach several of them. */
export interface Landscape {
  /** Folder of the environment files, from the project's root. */
  readonly directory: string;
  readonly bootstrap: string | undefined;
  readonly services: readonly string[];
  readonly pairs: readonly { readonly primary: string; readonly standby: string }[];
  readonly traffic: { readonly name: string; readonly standby: string } | undefined;
}

/** A file that differs, by git's letter: A for added, D for deleted, M for modified. */
export interface Change {
  readonly status: string;
  readonly path: string;
}

/** What no stack is made of. Everything else reaches all of them, so that a new file can't be missed. */
const NO_STACK = [
  /^(__tests__|docs|sandbox|infracost|\.github|\.ci)\//,
  /^scripts\/(?!run\.mjs$)/,
  /^src\/(cli|recovery|aws|docs|costs)\//,
  /^[^/]+\.md$/,
  /^infracost\.[^/]*yml$/,
  /^(\.gitignore|\.prettierignore|\.prettierrc\.json|\.oxlintrc\.json|knip\.json|tsconfig\.json|vitest\.config\.ts)$/,
];

/** Names of the stacks that a change of some files can change, in the order in which they are applied. */
export function stacksReached(changes: readonly Change[], landscape: Landscape): readonly string[] {
  const all = stacksOf(landscape);
  const reached = new Set(changes.flatMap((change) => stacksOfChange(change, landscape, all)));
  return all.filter((stack) => reached.has(stack));
}

/** Every stack, in the order in which they are applied. */
export function stacksOf({ bootstrap, services, pairs, traffic }: Landscape): readonly string[] {
  return [
    ...(bootstrap === undefined ? [] : [bootstrap]),
    ...services,
    ...pairs.map(({ standby }) => standby),
    ...(traffic === undefined ? [] : [traffic.name]),
  ];
}

function stacksOfChange(
  { status, path }: Change,
  landscape: Landscape,
  all: readonly string[],
): readonly string[] {
  const { directory } = landscape;
  if (path.startsWith("examples/") && !`${directory}/`.startsWith("examples/")) return [];
  if (NO_STACK.some((pattern) => pattern.test(path))) return [];
  const name = environmentOf(path, directory);
  const isRecord = path.endsWith(".json");
  // An environment that comes or goes changes who is paired with whom, and the roles of workflows.
  const isKnown = name !== undefined && all.includes(name) && (status === "M" || isRecord);
  return isKnown ? stacksOfEnvironment(name, landscape) : all;
}

/** The environment whose file or activation record a path is. */
function environmentOf(path: string, directory: string): string | undefined {
  if (!path.startsWith(`${directory}/`)) return undefined;
  return /^([^/.]+)(?:\.activation\.json|\.ts)$/.exec(path.slice(directory.length + 1))?.[1];
}

/** A standby takes its sizes from its primary, a primary its vault from its standby, and records stand before both. */
function stacksOfEnvironment(name: string, { bootstrap, pairs, traffic }: Landscape): readonly string[] {
  // Where the state of a standby lies is written in the file of bootstrap.
  const mine = pairs.filter(
    ({ primary, standby }) => [primary, standby].includes(name) || name === bootstrap,
  );
  const standbys = mine.map(({ standby }) => standby);
  const members = name === bootstrap ? standbys : mine.flatMap(({ primary, standby }) => [primary, standby]);
  const records = traffic !== undefined && standbys.includes(traffic.standby) ? [traffic.name] : [];
  return [name, ...members, ...records];
}
