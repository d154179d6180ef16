/** What a REST request asks for. */
export interface RouteMatch {
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly action: string;
}

/** A service's REST routes, one per line: `PUT /backup-vaults/{backupVaultName} CreateBackupVault`. */
export function routeTable(lines: string): (method: string, path: string) => RouteMatch | undefined {
  const routes = lines.trim().split("\n").map(readRoute);
  return (method, path) => {
    const segments = pathSegments(path);
    for (const route of routes) {
      const parameters = route.method === method ? matchSegments(route.segments, segments) : undefined;
      if (parameters !== undefined) {
        return { action: route.action, parameters };
      }
    }
    return undefined;
  };
}

function readRoute(line: string): Route {
  const [method = "", path = "", action = ""] = line.trim().split(/\s+/);
  return { method, segments: pathSegments(path), action };
}

/** AWS ignores a trailing slash in the paths of its REST APIs. */
const pathSegments = (path: string): string[] => path.replace(/\/$/, "").split("/").slice(1);

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length && !pattern.at(-1)?.endsWith("+}")) {
    return undefined;
  }
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const greedy = expected.endsWith("+}");
    const actual = greedy ? segments.slice(index).join("/") : segments[index];
    if (actual === undefined || actual === "") {
      return undefined;
    }
    if (expected.startsWith("{")) {
      parameters[expected.replace(/[{}+]/g, "")] = decodePath(actual);
    } else if (expected !== actual) {
      return undefined;
    }
  }
  return parameters;
}

/** A percent sign that encodes nothing is a client's mistake, which is for the service to refuse. */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
