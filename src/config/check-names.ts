import type { Environment } from "./configuration.ts";
import type { Problem } from "./problem.ts";
import { show } from "./show.ts";

/**
 * Rights are given by what names begin with, such as `shop-prod-*`: to roles, buckets and databases whose whole names follow
 * later. With `prod` and `prod-eu` side by side the one's would reach into the other.
 */
export function* checkNames(environments: readonly Environment<unknown>[]): Generator<Problem> {
  for (const { name, file } of environments) {
    const shorter = environments.find((other) => name.startsWith(`${other.name}-`));
    if (shorter === undefined) continue;
    const message = `file name begins with that of ${shorter.name}, got ${show(name)}, so that rights to ${shorter.name}-* would reach it; rename one of the two`;
    yield { file, key: "", message };
  }
}
