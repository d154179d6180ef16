import type { ServiceSpec } from "../../config/spec.ts";
import { identifierOf } from "../../database/source.ts";
import { DATABASE } from "../failback/release-database.ts";
import type { RecoveryContext } from "./step.ts";

/**
 * Where the state keeps the empty database of a pilot light while the restored one is at its address.
 *
 * No file names it: the first apply that does not postpone it destroys it, whoever makes that.
 */
export const SET_ASIDE = "aws_db_instance.database_set_aside";

/**
 * Moves the empty database out of the way of the restored one, in the state only.
 *
 * RDS takes minutes to delete a database, and Terraform would wait for that before users are served. The state goes on knowing
 * it, so that none is left over, whatever becomes of the run.
 */
export async function setAside({ terraform, tell }: RecoveryContext, spec: ServiceSpec): Promise<void> {
  const empty = identifierOf(spec.names, undefined);
  if ((await identifierAt(terraform, spec.name, DATABASE)) !== empty) return;
  if ((await identifierAt(terraform, spec.name, SET_ASIDE)) !== undefined) return;
  await terraform.move(spec.name, DATABASE, SET_ASIDE);
  tell(`${empty}, the empty database, is set aside: it is deleted once users are served`);
}

/** Moves the empty database back to its address where nothing has taken it: a pilot light goes on with it. */
export async function bringBack({ terraform, tell }: RecoveryContext, spec: ServiceSpec): Promise<void> {
  const empty = identifierOf(spec.names, undefined);
  if ((await identifierAt(terraform, spec.name, SET_ASIDE)) !== empty) return;
  if ((await identifierAt(terraform, spec.name, DATABASE)) !== undefined) return;
  await terraform.move(spec.name, SET_ASIDE, DATABASE);
  tell(`${empty}, the empty database, is back in its place`);
}

const identifierAt = async (
  terraform: RecoveryContext["terraform"],
  stack: string,
  address: string,
): Promise<unknown> => (await terraform.attributes(stack, address))?.["identifier"];
