import { randomBytes } from "node:crypto";
import { z } from "zod";

const instanceSchema = z.looseObject({
  attributes: z.record(z.string(), z.unknown()),
  deposed: z.string().optional(),
  /** `tainted` of what was made before its apply failed. */
  status: z.string().optional(),
});
const resourceSchema = z.looseObject({
  mode: z.string(),
  module: z.string().optional(),
  type: z.string(),
  name: z.string(),
  instances: z.array(instanceSchema),
});
const stateSchema = z.looseObject({
  serial: z.int().default(0),
  resources: z.array(resourceSchema).default([]),
});

/** Where a resource stands in a state: `aws_db_instance.database_instance`. */
export interface Address {
  readonly type: string;
  readonly name: string;
}

/** What a state has at an address: the present object, or one that an apply had to leave behind. */
export interface StateObject {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Made by an apply that failed afterwards: Terraform would replace it (T51). */
  readonly isTainted: boolean;
  /** Made way for the present one, and is to be destroyed. */
  readonly isDeposed: boolean;
}

/**
 * Every object at an address, as `terraform state pull` prints a state: no schema of a provider decodes it (T49).
 *
 * @param state undefined where a stack was never applied
 */
export const objectsAt = (state: unknown, address: Address): readonly StateObject[] =>
  (resourceIn(stateSchema.parse(state ?? {}), address)?.instances ?? []).map(objectOf);

/** The same state without some objects of an address. They go on existing, and no plan touches them any more. */
export function withoutObjects(
  state: unknown,
  address: Address,
  isDropped: (object: StateObject) => boolean,
): unknown {
  const known = stateSchema.parse(state);
  const resource = resourceIn(known, address);
  const instances = resource?.instances.filter((one) => !isDropped(objectOf(one))) ?? [];
  const others = known.resources.filter((one) => one !== resource);
  return {
    ...known,
    serial: known.serial + 1,
    resources: instances.length === 0 ? others : [...others, { ...resource, instances }],
  };
}

const objectOf = ({ attributes, status, deposed }: z.output<typeof instanceSchema>): StateObject => ({
  attributes,
  isTainted: status === "tainted",
  isDeposed: deposed !== undefined,
});

/**
 * Puts an imported resource into a state, in the place of the one that was to make way for it, if there is one.
 *
 * That is what Terraform itself would have written, had it not been killed: the new one at the address, the old one deposed,
 * to be destroyed by the next apply. An old one that was released is not in the state any more.
 *
 * Whatever the state had of the imported one itself goes: a tainted object would be replaced, and a deposed one of the same
 * name would be destroyed by that name, which deletes the database that was just restored (T51).
 *
 * @param argued what an import can't know, since AWS does not tell it: where the resource came from
 * @returns the state, to be pushed
 */
export function withAdopted(
  state: unknown,
  imported: unknown,
  address: Address,
  argued: Readonly<Record<string, unknown>>,
): unknown {
  const known = stateSchema.parse(state);
  const alone = resourceIn(stateSchema.parse(imported), address);
  const [fresh] = alone?.instances ?? [];
  if (alone === undefined || fresh === undefined)
    throw new Error(`${address.type}.${address.name} was not imported`);
  const resource = resourceIn(known, address);
  const before = resource?.instances.find(({ deposed }) => deposed === undefined);
  const kept = before === undefined ? [] : keptOf(before.attributes, fresh.attributes);
  const others = resource?.instances.filter((one) => !isSame(one.attributes, fresh.attributes)) ?? [];
  const adopted = {
    ...fresh,
    attributes: {
      ...fresh.attributes,
      ...(hasSecret(fresh.attributes) ? {} : { master_user_secret: NO_SECRET }),
      ...Object.fromEntries(kept),
      ...argued,
    },
    // As the configuration says, so that it goes on to be replaced before it is destroyed.
    create_before_destroy: true,
  };
  const instances = [adopted, ...others.map((one) => ({ ...one, deposed: one.deposed ?? deposedKey() }))];
  return {
    ...known,
    serial: known.serial + 1,
    resources: [...known.resources.filter((one) => one !== resource), { ...(resource ?? alone), instances }],
  };
}

/** Whether two objects are one thing in AWS: a database is known, and deleted, by its identifier. */
const isSame = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean =>
  ["identifier", "id"].some((name) => typeof one[name] === "string" && one[name] === other[name]);

/** Eight hexadecimal digits, another one each time: two objects of one key are no state. */
const deposedKey = (): string => randomBytes(4).toString("hex");

/** Arguments that steer Terraform alone are the configuration's, and the same for both. */
const STEERING = ["apply_immediately", "skip_final_snapshot", "timeouts"];

const keptOf = (
  before: Readonly<Record<string, unknown>>,
  fresh: Readonly<Record<string, unknown>>,
): readonly (readonly [string, unknown])[] =>
  [...STEERING, ...(hasSecret(fresh) ? ["manage_master_user_password"] : [])].flatMap((name) =>
    fresh[name] === null && name in before ? [[name, before[name]] as const] : [],
  );

/**
 * Whether RDS has made the secret: it does in a modification after the restore (T22), to which a killed apply may not have
 * come.
 */
export const hasSecret = ({ master_user_secret: secret }: Readonly<Record<string, unknown>>): boolean =>
  secretSchema.safeParse(secret).success;

const secretSchema = z.tuple([z.looseObject({ secret_arn: z.string().min(1) })]);

/** Outputs refer to the first secret, and no plan is made without one; the next apply of the instance brings the real one. */
const NO_SECRET = [{ kms_key_id: "", secret_arn: "", secret_status: "" }];

const resourceIn = (
  { resources }: z.output<typeof stateSchema>,
  { type, name }: Address,
): z.output<typeof resourceSchema> | undefined =>
  resources.find(
    (one) => one.mode === "managed" && one.module === undefined && one.type === type && one.name === name,
  );
