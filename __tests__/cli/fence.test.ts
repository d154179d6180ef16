import { beforeEach, describe, expect, it } from "vitest";
import { activation } from "../support/environments.ts";
import { MemoryService } from "../support/memory-service.ts";
import { Stage, type StageSettings } from "../support/recovery-stage.ts";

const REASON = ["--reason", "the primary region does not answer"];
const FAILOVER = ["failover", "--execute", "--confirm", "dr", ...REASON];
const FENCE = ["fence", "--execute", "--confirm", "dr", "--reason", "the primary region is back"];

let stage: Stage;
let primary: MemoryService;
/** The primary region answers again, with what ran there. */
let back: StageSettings;
beforeEach(() => {
  stage = new Stage();
  primary = new MemoryService({ prefix: "shop-prod" });
  back = { answers: { primary: primary.questions() } };
});

describe("fence", () => {
  it("closes and stops a primary that has come back, and leaves the standby and its failover as they are", async () => {
    await stage.dr(FAILOVER);
    const record = stage.record();
    const { exitCode, output } = await stage.dr(FENCE, back);
    expect(`${exitCode}\n${output}`).toMatch(/^0\n/);
    expect([primary.count, primary.groupIds]).toEqual([0, ["sg-default"]]);
    expect([stage.record(), stage.applied.length]).toEqual([record, 3]);
    expect(output).toContain("prod-app goes from 3 tasks to 0");
    const { output: status } = await stage.dr(["status"], back);
    expect(status).toMatch(/failover +done: /);
    expect(status).toMatch(/fence +done: /);
  });

  it("finds done what is done", async () => {
    await stage.dr(FAILOVER);
    await stage.dr(FENCE, back);
    const before = primary.changes.length;
    const { exitCode, output } = await stage.dr(FENCE, back);
    expect(exitCode).toBe(0);
    expect(output).toContain("fence-primary: found done: prod is closed, and nothing runs there");
    expect(primary.changes).toHaveLength(before);
  });

  it("does not touch a primary that serves", async () => {
    const { exitCode, output } = await stage.dr(FENCE, back);
    expect([exitCode, primary.changes]).toEqual([1, []]);
    expect(output).toContain("dr is a pilot light: prod is not fenced before dr serves");
    const restored = new Stage({ changes: activation("restored") });
    expect((await restored.dr(FENCE, back)).output).toContain("dr is restored and closed");
    expect(primary.changes).toEqual([]);
  });

  it("fails, and says what may still write, while the region does not answer", async () => {
    await stage.dr(FAILOVER);
    const { exitCode, output } = await stage.dr(FENCE);
    expect(exitCode).toBe(1);
    expect(output).toContain("prod can't be fenced: ");
    expect(output).toContain("state: prod may still be written to; dr goes on serving");
    expect(output).toMatch(/npm run dr -- fence --environment dr --execute --confirm dr$/m);
  });

  it("leaves a primary alone that a rollback is bringing back", async () => {
    await stage.dr(FAILOVER);
    await stage.dr(["rollback", "--execute", "--confirm", "dr", "--reason", "it was a false alarm"]);
    const { output } = await stage.dr(FENCE, back);
    expect(output).toMatch(
      /^nothing is fenced while a rollback may start prod; rollback, run \S+ of \S+, has not ended .*; resume it: npm run dr -- rollback --environment dr --execute$/,
    );
    expect(primary.changes).toEqual([]);
  });
});

describe("a failover whose primary comes back before users are moved", () => {
  it("has it found open by readiness, and fenced while the failover is not at its end", async () => {
    // Before the record says anything.
    const failed = await stage.dr(FAILOVER, {
      apply: async () => {
        throw new Error("the test ends it here");
      },
    });
    expect(failed.exitCode).toBe(1);
    const READINESS = ["readiness", "--only", "primary-fence"];
    const open = await stage.dr(READINESS, back);
    expect(open.output).toMatch(/while a failover to dr is under way/);
    expect((await stage.dr(FENCE, back)).exitCode).toBe(0);
    expect((await stage.dr(READINESS, back)).output).not.toContain("under way");
  });

  it("fences it at the cut-over, also in a run that was taken up again", async () => {
    const failed = await stage.dr(FAILOVER, { answers: { standby: { targets: async () => [] } } });
    expect([failed.exitCode, primary.count]).toEqual([1, 3]);
    const { exitCode, output } = await stage.dr(FAILOVER, back);
    expect(exitCode).toBe(0);
    expect(output).toMatch(/declare: done before: .*NOT fenced/);
    expect([primary.count, primary.groupIds]).toEqual([0, ["sg-default"]]);
  });

  it("says what has to be done when it still can't be fenced, and once more in the end", async () => {
    const { output } = await stage.dr(FAILOVER);
    const [, end = ""] = output.split("failover done: ");
    expect(end).toContain("  prod is NOT fenced: watch for its return, and fence it as soon as it answers\n");
    expect(end).toContain("npm run dr -- readiness --only primary-fence --watch 60");
    const [, atCutOver = ""] = output.split("] cut-over: ");
    expect(atCutOver).toContain("WARNING: prod is NOT fenced, its compute stays as it is");
    expect(atCutOver).toContain("npm run dr -- fence --environment dr --execute");
  });
});
