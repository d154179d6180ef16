import type { ResourceNames } from "../../aws/inventory.ts";
import type { ServiceSpec } from "../../config/spec.ts";
import { everythingOf } from "../existing/find.ts";
import { expectationOf } from "../guard/expectation.ts";
import type { RecoveryContext } from "../steps/step.ts";
import { awaitSettled, DATABASE, GONE } from "../steps/take-up-apply.ts";

/** How everything of a copy is called. */
export const namesOfCopy = ({ name, names }: ServiceSpec): ResourceNames => ({
  prefix: names.prefix,
  path: names.path(""),
  tag: name,
});

/**
 * Takes into the state of a copy what AWS has of it and the state lacks, so that it is removed with the rest: each in its order, which
 * nobody but Terraform has.
 *
 * @returns how many were taken
 */
export async function takeLeftovers(context: RecoveryContext, copy: ServiceSpec): Promise<number> {
  const databases = await takeDatabases(context, copy);
  const search = { stack: copy.name, expectation: expectationOf(copy, "drill") };
  const imports = await everythingOf(context, search);
  if (imports.length > 0) await context.terraform.take(copy.name, imports);
  return databases + imports.length;
}

/** Databases by their names: an earlier drill may have restored another recovery point, under another one. */
async function takeDatabases(context: RecoveryContext, copy: ServiceSpec): Promise<number> {
  const { standby, terraform } = context;
  const listed = await standby.resourcesNamed(namesOfCopy(copy));
  const existing = listed.filter(({ kind }) => kind === "database").map(({ name }) => name);
  if (existing.length === 0) return 0;
  const managed = await terraform.objects(copy.name, DATABASE);
  let taken = 0;
  for (const identifier of existing) {
    if (managed.some(({ attributes }) => attributes["identifier"] === identifier)) continue;
    if ((await awaitSettled(context, standby, identifier)) === GONE) continue;
    await terraform.adopt(copy.name, DATABASE, identifier, REMOVED_WHOLE);
    taken += 1;
  }
  return taken;
}

/** As the files have it for a copy: an import does not tell what is to become of a database. */
const REMOVED_WHOLE = { skip_final_snapshot: true, delete_automated_backups: true };
