import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StepFailed } from "../../../src/recovery/steps/step.ts";
import { awaitStateLock } from "../../../src/recovery/terraform/state-lock.ts";
import { ago, HOUR_MS, memoryAws, NOW, STANDBY_BUCKET } from "../../support/memory-aws.ts";
import { MemoryObjects } from "../../support/memory-objects.ts";

const KEY = "shop/dr/terraform.tfstate";

let directory: string;
let objects: MemoryObjects;
let waited: number;
let told: string[];
let released: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pilot-light-lock-"));
  objects = new MemoryObjects(() => NOW).put(STANDBY_BUCKET, {});
  [waited, told, released] = [0, [], []];
});
afterEach(() => rmSync(directory, { recursive: true }));

function lock(who: string, createdAt = ago(5 * HOUR_MS)): void {
  const info = { ID: "lock-1", Operation: "OperationTypeApply", Who: who, Created: createdAt.toISOString() };
  objects.put(STANDBY_BUCKET, { [`${KEY}.tflock`]: info });
}

/** What an attempt on this machine has left behind. */
function begun(pid: number): void {
  const file = join(directory, "recovery-terraform.pid");
  writeFileSync(file, `${pid}\n`);
  utimesSync(file, ago(5 * HOUR_MS), ago(5 * HOUR_MS));
}
/** No process has it: Linux ends at 4194304. */
const GONE = 99_999_999;

const wait = (unlock?: string, meanwhile: () => Promise<void> = async () => undefined): Promise<void> =>
  awaitStateLock({
    stack: "dr",
    directory,
    place: { region: "eu-central-1", bucket: STANDBY_BUCKET, key: KEY },
    aws: memoryAws({ objects }).in("eu-central-1"),
    unlock,
    now: () => new Date(NOW.getTime() + waited),
    pause: async (milliseconds) => {
      waited += milliseconds;
      await meanwhile();
    },
    tell: (line) => void told.push(line),
    release: async (id) => void released.push(id),
  });

describe("a state lock (T34)", () => {
  it("that nobody holds costs nothing", async () => {
    await wait();
    expect([waited, told, released]).toEqual([0, [], []]);
  });

  it("of somebody else is waited for a minute, and then named with what gives it up; it stays", async () => {
    lock("ci@runner-7");
    const refusal = await wait().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StepFailed);
    expect(refusal).toMatchObject({
      message:
        "the state of dr is locked: ci@runner-7 holds it since 2026-03-10 07:00Z for OperationTypeApply",
      state: `nothing was planned; the lock is s3://${STANDBY_BUCKET}/${KEY}.tflock`,
      next: ["# ask ci@runner-7; only when nothing runs there any more:"],
      resumeWith: ["--unlock-state", "lock-1"],
    });
    expect(waited).toBe(60_000);
    expect(released).toEqual([]);
  });

  it("that goes away meanwhile is no failure", async () => {
    lock("ci@runner-7");
    const aws = memoryAws({ objects }).in("eu-central-1");
    await wait(undefined, () => aws.remove(STANDBY_BUCKET, `${KEY}.tflock`));
    expect(waited).toBe(5000);
    expect(released).toEqual([]);
  });

  it("is given up by its id, and not by another's", async () => {
    lock("ci@runner-7");
    await wait("lock-1");
    expect(released).toEqual(["lock-1"]);
    await expect(wait("lock-2")).rejects.toThrow("is locked: ci@runner-7");
    expect(released).toEqual(["lock-1"]);
  });

  it("that an attempt on this machine has left behind is released, and said whose it was", async () => {
    lock(`kim@${hostname()}`);
    begun(GONE);
    await wait();
    expect(released).toEqual(["lock-1"]);
    expect(told).toEqual([
      `releasing the state lock of dr: kim@${hostname()} took it at 2026-03-10 07:00Z for OperationTypeApply, and is gone`,
    ]);
  });

  it("of another machine is not released because something was left behind on this one", async () => {
    lock("kim@elsewhere");
    begun(GONE);
    await expect(wait()).rejects.toThrow("is locked: kim@elsewhere");
    expect(released).toEqual([]);
  });

  it("of an earlier time is not that attempt's", async () => {
    lock(`kim@${hostname()}`, ago(6 * HOUR_MS));
    begun(GONE);
    await expect(wait()).rejects.toThrow("is locked");
    expect(released).toEqual([]);
  });

  it("is not asked for while a process of this machine may still be at work", async () => {
    lock(`kim@${hostname()}`);
    // Not Terraform: the id was used again.
    begun(process.pid);
    await wait();
    expect(released).toEqual(["lock-1"]);
  });
});
