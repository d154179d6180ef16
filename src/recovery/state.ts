import { z } from "zod";
import type { RegionalAws } from "../aws/port.ts";

const stateSchema = z.looseObject({
  terraform_version: z.string().optional(),
  serial: z.number(),
  lineage: z.string(),
  outputs: z.record(z.string(), z.looseObject({ value: z.unknown() })).default({}),
  resources: z.array(z.unknown()).default([]),
});

const lockSchema = z.looseObject({
  ID: z.string(),
  Operation: z.string().default(""),
  Who: z.string().default(""),
  Created: z.coerce.date(),
});

/** What recovery reads of a Terraform state; its values hold secrets and are not kept. */
export interface StateFacts {
  /** Grows with every write. */
  readonly serial: number;
  /** The same as long as it is the same state. */
  readonly lineage: string;
  /** Which Terraform has written it last. */
  readonly terraformVersion: string | undefined;
  readonly resourceCount: number;
  readonly modifiedAt: Date;
  readonly output: (name: string) => string | undefined;
}

/** Terraform's lock on a state. */
export interface StateLock {
  readonly id: string;
  readonly who: string;
  readonly operation: string;
  readonly createdAt: Date;
}

/**
 * The state of an environment; undefined when it was never applied.
 *
 * @throws Error when the object is no state
 */
export async function readState(
  aws: RegionalAws,
  bucket: string,
  key: string,
): Promise<StateFacts | undefined> {
  const object = await aws.read(bucket, key);
  if (object === undefined) return undefined;
  const state = parse(stateSchema, object.text, `s3://${bucket}/${key} is no Terraform state`);
  return {
    serial: state.serial,
    lineage: state.lineage,
    terraformVersion: state.terraform_version,
    resourceCount: state.resources.length,
    modifiedAt: object.modifiedAt,
    output: (name) => {
      const value = state.outputs[name]?.value;
      return typeof value === "string" ? value : undefined;
    },
  };
}

/** Who has locked a state; undefined when nobody has (T34). */
export async function readStateLock(
  aws: RegionalAws,
  bucket: string,
  key: string,
): Promise<StateLock | undefined> {
  const object = await aws.read(bucket, `${key}.tflock`);
  if (object === undefined) return undefined;
  const lock = parse(lockSchema, object.text, `s3://${bucket}/${key}.tflock is no Terraform lock`);
  return { id: lock.ID, who: lock.Who, operation: lock.Operation, createdAt: lock.Created };
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string, otherwise: string): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(otherwise);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new Error(otherwise);
  return result.data;
}
