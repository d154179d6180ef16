import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { Failure } from "./failure.ts";

const templateSchema = z.looseObject({
  terraform: z.looseObject({
    backend: z.object({
      s3: z.looseObject({ bucket: z.string(), region: z.string(), allowed_account_ids: z.array(z.string()) }),
    }),
  }),
  resource: z.record(z.string(), z.record(z.string(), z.looseObject({}))),
});

/** The synthesized bootstrap stack and where it is worked on. */
export interface Site {
  readonly bucket: string;
  readonly region: string;
  readonly accountId: string;
  readonly template: z.output<typeof templateSchema>;
  /** The synthesized stack; its state is in the bucket. */
  readonly remote: string;
  /** Where the first apply happens, with local state. Outside the output folder, which people delete without a thought. */
  readonly local: string;
}

/** Reads the synthesized bootstrap stack. */
export function readSite(outdir: string, workDirectory: string): Site {
  const remote = resolve(outdir, "stacks", "bootstrap");
  const file = join(remote, "cdk.tf.json");
  const template = templateSchema.parse(JSON.parse(readTemplate(file)));
  const { bucket, region, allowed_account_ids: accounts } = template.terraform.backend.s3;
  return {
    bucket,
    region,
    accountId: accounts.join(", "),
    template,
    remote,
    local: resolve(workDirectory, bucket),
  };
}

function readTemplate(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Failure(`no bootstrap stack, got no ${file}; add a file bootstrap.ts to the environments`, 2);
  }
}

/** Physical names that only one resource can bear, by address: what an interrupted apply may have left without a record. */
export function uniqueNames({ template }: Site): ReadonlyMap<string, string> {
  const named = (type: string, argument: string): [string, string][] =>
    Object.entries(template.resource[type] ?? {}).flatMap(([id, body]) => {
      const name = body[argument];
      return typeof name === "string" && !name.includes("${") ? [[`${type}.${id}`, name]] : [];
    });
  return new Map([
    ...named("aws_s3_bucket", "bucket"),
    ...named("aws_kms_alias", "name"),
    ...named("aws_iam_role", "name"),
  ]);
}
