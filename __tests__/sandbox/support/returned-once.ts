import { expect } from "vitest";
import { FAILBACK_STEP_IDS } from "../../../src/recovery/failback/step-ids.ts";
import type { Attempts } from "./attempts.ts";
import { PRIMARY, type RecoveredPair, STANDBY } from "./recovered-pair.ts";

/** However often a return was killed since the call log was cleared: no step twice, one database on each side, no lock. */
export async function expectReturnedOnce(pair: RecoveredPair, attempts: Attempts): Promise<void> {
  for (const step of FAILBACK_STEP_IDS) expect([step, attempts.timesDone(step)]).toEqual([step, 1]);
  for (const [action, region] of [
    ["CreateDBSnapshot", STANDBY],
    ["CopyDBSnapshot", PRIMARY],
    ["RestoreDBInstanceFromDBSnapshot", PRIMARY],
    ["CreateDBInstance", STANDBY],
  ] as const) {
    const calls = await pair.sandbox.client.calls({ action });
    expect([action, ...calls.map((call) => call.region)]).toEqual([action, region]);
  }
  expect(await pair.objects("lock.json")).toEqual([]);
  for (const region of [PRIMARY, STANDBY]) expect(await pair.objects(".tflock", region)).toEqual([]);
}
