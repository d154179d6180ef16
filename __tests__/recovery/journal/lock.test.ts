import { beforeEach, describe, expect, it } from "vitest";
import { Conflict } from "../../../src/aws/failure.ts";
import type { RegionalAws } from "../../../src/aws/port.ts";
import {
  LockHeld,
  readLock,
  releaseLock,
  replaceLock,
  takeLock,
} from "../../../src/recovery/journal/lock.ts";
import { journalPlace } from "../../../src/recovery/journal/place.ts";
import { memoryAws, STANDBY_BUCKET } from "../../support/memory-aws.ts";
import { MemoryObjects } from "../../support/memory-objects.ts";

const location = { bucket: STANDBY_BUCKET, logBucket: "", keyAlias: "", region: "eu-central-1" };
const place = journalPlace({ name: "shop" }, "dr", location);
const holder = (runId: string, operator: string) => ({
  runId,
  operator,
  verb: "failover",
  host: "laptop",
  session: `session-of-${operator}`,
  machine: "working-copy",
  pid: 4711,
  takenAt: "2026-03-10T12:00:00.000Z",
  aliveAt: "2026-03-10T12:00:00.000Z",
});
const [kim, sam] = [holder("r1", "kim"), holder("r2", "sam")];

let aws: RegionalAws;
beforeEach(() => {
  aws = memoryAws({ objects: new MemoryObjects().put(STANDBY_BUCKET, {}) }).in("eu-central-1");
});

describe("the recovery lock", () => {
  it("has one holder, who is named to the second", async () => {
    await takeLock(place, aws, kim);
    await expect(takeLock(place, aws, sam)).rejects.toThrow(
      "kim on laptop holds the recovery lock since 2026-03-10T12:00:00.000Z for failover, run r1",
    );
    await expect(takeLock(place, aws, sam)).rejects.toThrow(LockHeld);
    expect((await readLock(place, aws))?.holder).toEqual(kim);
  });

  it("goes to one of two who come at once", async () => {
    const outcomes = await Promise.allSettled([takeLock(place, aws, kim), takeLock(place, aws, sam)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("is the process's, which has it again, and not the run's, which two may take up at once", async () => {
    const etag = await takeLock(place, aws, kim);
    await expect(takeLock(place, aws, kim)).resolves.toBe(etag);
    await expect(takeLock(place, aws, { ...sam, runId: "r1" })).rejects.toThrow(LockHeld);
  });

  it("is given back by its holder only", async () => {
    await takeLock(place, aws, kim);
    await releaseLock(place, aws, sam.session);
    expect(await readLock(place, aws)).toBeDefined();
    await releaseLock(place, aws, kim.session);
    expect(await readLock(place, aws)).toBeUndefined();
    await expect(takeLock(place, aws, sam)).resolves.toEqual(expect.any(String));
  });

  it("is taken away only as long as it is the one that was looked at", async () => {
    await takeLock(place, aws, kim);
    const stale = await readLock(place, aws);
    if (stale === undefined) throw new Error("no lock");
    await replaceLock(place, aws, stale, sam);
    expect((await readLock(place, aws))?.holder).toEqual(sam);
    await expect(replaceLock(place, aws, stale, kim)).rejects.toThrow(Conflict);
  });
});
