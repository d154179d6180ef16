import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maximumNote, sizedFor } from "../../src/database/storage.ts";
import { activation, complaints, merge, resourceAt, synthesizeOne } from "../support/environments.ts";

const gib = fc.integer({ min: 1, max: 65_536 });

describe("the storage of a restored database (T50)", () => {
  it("has a maximum that RDS takes: a tenth above its recovery point, or none", () => {
    fc.assert(
      fc.property(gib, gib, gib, (storageGiB, maxStorageGiB, pointGiB) => {
        const sized = sizedFor({ storageGiB, maxStorageGiB }, pointGiB);
        expect(sized.storageGiB).toBeGreaterThanOrEqual(pointGiB);
        const { maxStorageGiB: maximum } = sized;
        const fits = (gib: number): boolean => gib * 10 >= pointGiB * 11;
        // The file's where that is enough, else the least that is; none where RDS makes no volume so large.
        const wanted = [
          maxStorageGiB,
          ...Array.from({ length: 65_537 - maxStorageGiB }, (_, more) => maxStorageGiB + more),
        ];
        expect(maximum).toBe(fits(65_536) ? wanted.find(fits) : undefined);
      }),
    );
  });

  it("is the file's where nobody knows the size, or nothing may grow", () => {
    const config = { storageGiB: 100, maxStorageGiB: 500 };
    expect(sizedFor(config, undefined)).toBe(config);
    expect(sizedFor({ storageGiB: 100, maxStorageGiB: undefined }, 480)).toEqual({
      storageGiB: 480,
      maxStorageGiB: undefined,
    });
  });

  it("says what is set otherwise than the file says", () => {
    const config = { storageGiB: 100, maxStorageGiB: 500 };
    expect([100, 454, 455, 60_000].map((point) => maximumNote(config, point))).toEqual([
      undefined,
      undefined,
      "455 GiB are allocated, and maxStorageGiB is 500: the restore sets the maximum to 501 GiB",
      "60000 GiB are allocated, which leaves no room to grow: the restore turns storage autoscaling off",
    ]);
  });

  const MOMENT = {
    kind: "point-in-time",
    automatedBackupArn: "arn:aws:rds:eu-central-1:111122223333:auto-backup:ab-1",
    engine: "postgres",
    engineVersion: "17.4",
    restoreTime: "2026-01-31T03:00:00Z",
    storageGiB: 480,
  };
  const grown = { prod: { database: { storageGiB: 100, maxStorageGiB: 500 } } };
  const ofSnapshot = { "dr.activation": { recoveryPoint: { storageGiB: 480 } } };
  const ofMoment = {
    "dr.activation": { recoveryPoint: { ...MOMENT, snapshotArn: undefined, createdAt: undefined } },
  };

  it.each([
    ["restored from a snapshot", merge(grown, merge(activation("restored"), ofSnapshot))],
    ["active from a snapshot", merge(grown, merge(activation("active"), ofSnapshot))],
    ["active from a point in time", merge(grown, merge(activation("active"), ofMoment))],
  ])("reaches Terraform: %s", (_, changes) => {
    const instance = resourceAt(synthesizeOne("dr", changes).template, "aws_db_instance.database_instance");
    expect(instance).toMatchObject({ max_allocated_storage: 528 });
    expect(instance).not.toHaveProperty("allocated_storage");
  });

  it.each([
    [100, 110],
    [50, 55],
    [90, 99],
    [200, 220],
  ])("may be exactly a tenth above %d GiB in a file", (storageGiB, maxStorageGiB) => {
    const database = (maximum: number) => ({ dev: { database: { storageGiB, maxStorageGiB: maximum } } });
    expect(complaints(database(maxStorageGiB))).toEqual([]);
    expect(complaints(database(maxStorageGiB - 1))).toHaveLength(1);
  });
});
