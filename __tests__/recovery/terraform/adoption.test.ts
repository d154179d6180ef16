import { describe, expect, it } from "vitest";
import { objectsAt, withAdopted, withoutObjects } from "../../../src/recovery/terraform/adoption.ts";

const ADDRESS = { type: "aws_db_instance", name: "database_instance" };
const SNAPSHOT = "arn:aws:rds:eu-central-1:111122223333:snapshot:a";

const state = (serial: number, identifier: string, more: object = {}) => ({
  version: 4,
  serial,
  lineage: "3f8d",
  outputs: {},
  resources: [
    { mode: "data", type: "aws_region", name: "here", instances: [{ attributes: { id: "x" } }] },
    {
      mode: "managed",
      ...ADDRESS,
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      instances: [{ schema_version: 2, attributes: { identifier, ...more }, private: "cHJpdmF0ZQ==" }],
    },
  ],
});

describe("a resource that no state knows of", () => {
  const before = state(7, "shop-dr-database", { manage_master_user_password: true, password: null });
  const restored = {
    manage_master_user_password: null,
    snapshot_identifier: null,
    master_user_secret: [{ secret_arn: "arn:secret" }],
  };
  const imported = state(1, "shop-dr-database-0a1b2c3d", restored);
  const adopted = withAdopted(before, imported, ADDRESS, { snapshot_identifier: SNAPSHOT });

  it("takes the address, and what stood there is deposed", () => {
    const eightDigits: unknown = expect.stringMatching(/^[0-9a-f]{8}$/);
    expect(adopted).toMatchObject({
      version: 4,
      serial: 8,
      lineage: "3f8d",
      resources: [
        { mode: "data" },
        {
          instances: [
            {
              schema_version: 2,
              create_before_destroy: true,
              attributes: {
                identifier: "shop-dr-database-0a1b2c3d",
                snapshot_identifier: SNAPSHOT,
                manage_master_user_password: true,
              },
            },
            {
              deposed: eightDigits,
              attributes: { identifier: "shop-dr-database" },
            },
          ],
        },
      ],
    });
  });

  it("has its password managed only once RDS has made the secret (T22)", () => {
    const early = state(1, "shop-dr-database-0a1b2c3d", { ...restored, master_user_secret: [] });
    expect(withAdopted(before, early, ADDRESS, {})).toMatchObject({
      resources: [
        {},
        {
          instances: [
            { attributes: { manage_master_user_password: null, master_user_secret: [{ secret_arn: "" }] } },
            {},
          ],
        },
      ],
    });
  });

  it("takes an address that was released, and nothing is deposed", () => {
    const released = { ...before, resources: before.resources.slice(0, 1) };
    expect(withAdopted(released, imported, ADDRESS, {})).toMatchObject({
      serial: 8,
      resources: [
        { mode: "data" },
        {
          ...ADDRESS,
          provider: 'provider["registry.terraform.io/hashicorp/aws"]',
          instances: [
            {
              create_before_destroy: true,
              attributes: { identifier: "shop-dr-database-0a1b2c3d" },
            },
          ],
        },
      ],
    });
  });

  it("must have been imported", () => {
    const nothing = { ...imported, resources: [] };
    expect(() => withAdopted(before, nothing, ADDRESS, {})).toThrow("was not imported");
  });
});

const RESTORED = "shop-dr-database-0a1b2c3d";
const EMPTY = "shop-dr-database";

/** The state after a restore whose modification failed: the restored one is tainted, the empty one deposed. */
const failed = {
  ...state(9, RESTORED),
  resources: [
    {
      mode: "managed",
      ...ADDRESS,
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      instances: [
        {
          status: "tainted",
          attributes: { identifier: RESTORED, endpoint: null, skip_final_snapshot: true },
        },
        { deposed: "0badcafe", attributes: { identifier: EMPTY } },
        { deposed: "00c0ffee", attributes: { identifier: RESTORED } },
      ],
    },
  ],
};

describe("a database whose modification failed after the restore (T51)", () => {
  it("is seen as tainted, and the empty one as deposed", () => {
    expect(
      objectsAt(failed, ADDRESS).map(({ attributes, isTainted, isDeposed }) => [
        attributes["identifier"],
        isTainted,
        isDeposed,
      ]),
    ).toEqual([
      [RESTORED, true, false],
      [EMPTY, false, true],
      [RESTORED, false, true],
    ]);
    expect(objectsAt(undefined, ADDRESS)).toEqual([]);
  });

  it("stands in the state once, without its taint; the empty one still makes way", () => {
    const imported = state(1, RESTORED, { endpoint: "here:5432", skip_final_snapshot: null });
    const cured = withAdopted(failed, imported, ADDRESS, { snapshot_identifier: SNAPSHOT });
    expect(objectsAt(cured, ADDRESS)).toEqual([
      {
        attributes: {
          identifier: RESTORED,
          endpoint: "here:5432",
          skip_final_snapshot: true,
          snapshot_identifier: SNAPSHOT,
          master_user_secret: [{ kms_key_id: "", secret_arn: "", secret_status: "" }],
        },
        isTainted: false,
        isDeposed: false,
      },
      { attributes: { identifier: EMPTY }, isTainted: false, isDeposed: true },
    ]);
    expect(cured).toMatchObject({ serial: 10, resources: [{ instances: [{}, { deposed: "0badcafe" }] }] });
  });

  it("is dropped alone where it does not exist, and with its resource where nothing else is left", () => {
    const dropped = withoutObjects(
      failed,
      ADDRESS,
      ({ attributes }) => attributes["identifier"] === RESTORED,
    );
    expect(dropped).toMatchObject({ serial: 10, lineage: "3f8d" });
    expect(objectsAt(dropped, ADDRESS)).toMatchObject([
      { attributes: { identifier: EMPTY }, isDeposed: true },
    ]);
    expect(withoutObjects(failed, ADDRESS, () => true)).toMatchObject({ serial: 10, resources: [] });
  });
});
