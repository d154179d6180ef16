import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { LiveTerraform } from "../../src/recovery/terraform/live.ts";
import { toolchain } from "../../src/toolchain/toolchain.ts";
import { memoryAws, STANDBY_BUCKET } from "../support/memory-aws.ts";
import { titled } from "./support/machine.ts";

const { cannotValidate, env } = inject("machine");

/** Schema version of `aws_db_instance` in 5.100, and what 6.x and Terraform 1.12 write beside it. */
const SCHEMA_VERSION = 2;
const IDENTITY = {
  identity_schema_version: 0,
  identity: { account_id: "111122223333", identifier: "shop-dr-database", region: "eu-central-1" },
};
const ADDRESS = "aws_db_instance.database_instance";

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "pilot-light-newer-state-"));
});
afterEach(() => {
  rmSync(outdir, { recursive: true, force: true });
});

const database = (schemaVersion: number, more: object) => ({
  mode: "managed",
  type: "aws_db_instance",
  name: "database_instance",
  provider: 'provider["registry.terraform.io/hashicorp/aws"]',
  instances: [
    {
      schema_version: schemaVersion,
      attributes: { id: "db-1", identifier: "shop-dr-database", ...more },
      sensitive_attributes: [],
      ...IDENTITY,
    },
    {
      schema_version: schemaVersion,
      deposed: "0a1b2c3d",
      attributes: { id: "db-0", identifier: "the-one-before" },
      sensitive_attributes: [],
    },
  ],
});

/** A stack with its state beside it, as the provider of another machine has left it. */
function stackWith(schemaVersion: number, more: object): LiveTerraform {
  const directory = join(outdir, "stacks", "dr");
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, "cdk.tf.json"),
    JSON.stringify({
      terraform: {
        backend: { local: { path: "terraform.tfstate" } },
        required_providers: { aws: { source: "hashicorp/aws", version: toolchain().provider } },
      },
      provider: {
        aws: [
          {
            region: "eu-central-1",
            access_key: "x",
            secret_key: "x",
            skip_credentials_validation: true,
            skip_metadata_api_check: "true",
            skip_requesting_account_id: true,
          },
        ],
      },
      output: { database: { value: "shop-dr-database" } },
    }),
  );
  writeFileSync(
    join(directory, "terraform.tfstate"),
    JSON.stringify({
      version: 4,
      terraform_version: "1.13.0",
      serial: 7,
      lineage: "3f8d2c1e-0000-4000-8000-000000000000",
      outputs: { database: { value: "shop-dr-database", type: "string" } },
      resources: [database(schemaVersion, more)],
    }),
  );
  return new LiveTerraform({
    root: ".",
    environments: "environments",
    outdir,
    env,
    stateOf: () =>
      Promise.resolve({
        region: "eu-central-1",
        bucket: STANDBY_BUCKET,
        key: "k",
        aws: memoryAws().in("eu-central-1"),
      }),
    unlockState: undefined,
    now: () => new Date(),
    pause: () => Promise.resolve(),
    tell: () => undefined,
  });
}

describe.skipIf(cannotValidate.length > 0)(
  titled("a state that a newer provider and a newer Terraform have written", cannotValidate),
  () => {
    it.each([
      ["an attribute that this provider does not know", SCHEMA_VERSION, { region: "eu-central-1" }],
      ["a schema version that this provider does not know", SCHEMA_VERSION + 1, { region: "eu-central-1" }],
    ])("with %s: is read and changed as one of this version's", async (_, version, more) => {
      const terraform = stackWith(version, more);
      expect((await terraform.attributes("dr", ADDRESS))?.["identifier"]).toBe("shop-dr-database");
      expect(await terraform.outputs("dr")).toEqual({ database: "shop-dr-database" });
      await terraform.release("dr", [ADDRESS]);
      expect(await terraform.attributes("dr", ADDRESS)).toBeUndefined();
    });

    it("plans all the same where only an attribute was added", async () => {
      const terraform = stackWith(SCHEMA_VERSION, { region: "eu-central-1" });
      const { changes } = await terraform.plan("dr");
      expect(changes.map(({ address }) => address)).toContain(ADDRESS);
    });
  },
);
