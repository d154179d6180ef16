import { describe, expect, it } from "vitest";
import { activation } from "../support/environments.ts";
import { MemoryService } from "../support/memory-service.ts";
import { Stage } from "../support/recovery-stage.ts";

const REASON = "the region is back";
const serving = (): Stage => new Stage({ changes: activation("active") });

describe("failback", () => {
  it("has nothing to return from while dr is a pilot light", async () => {
    const { exitCode, output } = await new Stage().dr(["failback"]);
    expect([exitCode, output]).toEqual([0, "dr is a pilot light: there is nothing to return from"]);
  });

  it("leaves a standby that was never opened to rollback", async () => {
    const stage = new Stage({ changes: activation("restored") });
    expect((await stage.dr(["failback"])).output).toContain("npm run dr -- rollback");
  });

  it("prints its plan, with what is at stake and how each step is undone, and changes nothing", async () => {
    const stage = serving();
    const { exitCode, output } = await stage.dr(["failback"]);
    expect(exitCode).toBe(0);
    expect(output).toContain("nobody is served from the first step until prod is open");
    expect(output).toMatch(/\d+ h of writes, since 2026-01-31 04:00Z, come along/);
    for (const id of ["fence-both", "release-database", "return-database", "protect-again"])
      expect(output).toContain(id);
    expect([stage.applied, output.includes("Nothing was changed")]).toEqual([[], true]);
  });

  it("asks for the number of hours before it serves without them", async () => {
    const { output } = await serving().dr(["failback", "--discard-writes"]);
    const [, hours] = /(\d+) h of writes/.exec(output) ?? [];
    const { exitCode, errors } = await serving().dr(
      ["failback", "--discard-writes", "--execute", "--confirm", "dr", "--reason", REASON],
      // A primary that answers: it is not asked for what is refused anyway.
      { answers: { primary: {} } },
    );
    expect([exitCode, errors]).toEqual([
      2,
      `--confirm: is not what confirms it, got "dr"; nothing was changed; give --confirm "discard ${String(hours)} hours"`,
    ]);
  });

  it("names what has to be typed again by whoever resumes it", async () => {
    const stage = serving();
    const { output: plan } = await stage.dr(["failback", "--discard-writes"]);
    const hours = /(\d+) h of writes/.exec(plan)?.[1] ?? "";
    const confirm = `discard ${hours} hours`;
    const { exitCode, output } = await stage.dr([
      "failback",
      "--discard-writes",
      "--execute",
      "--confirm",
      confirm,
      "--reason",
      REASON,
    ]);
    expect(exitCode).toBe(1);
    expect(output).toContain(`failback --environment dr --discard-writes --execute --confirm "${confirm}"`);
  });

  it("can't both stay and go", async () => {
    const { exitCode, errors } = await serving().dr(["failback", "--stay", "--discard-writes"]);
    expect([exitCode, errors]).toEqual([
      2,
      "--stay: contradicts --discard-writes, got both; give one of them",
    ]);
  });

  it("does not serve from what a return that was given up has restored: nobody would come in", async () => {
    const record = {
      posture: "restored",
      recoveryPoint: {
        kind: "snapshot",
        snapshotArn: "arn:aws:rds:eu-west-1:111122223333:snapshot:shop-dr-failback-1",
        engine: "postgres",
        engineVersion: "17.4",
        createdAt: "2026-03-09T12:05:00Z",
      },
      declaredAt: "2026-03-09T12:00:00Z",
      operator: "on-call",
      reason: "the primary region was back",
    };
    const stage = new Stage({ changes: { ...activation("active"), "prod.activation": record } });
    const { exitCode, errors } = await stage.dr(["failback", "--discard-writes"]);
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^--discard-writes: prod holds what a return that was given up has restored/);
    expect((await stage.dr(["failback"])).exitCode).toBe(0);
  });

  it("stops at the fence when the primary does not answer, and says how dr goes on serving", async () => {
    const stage = serving();
    const args = ["failback", "--execute", "--confirm", "dr", "--reason", REASON];
    const first = await stage.dr([...args, "--despite", "the primary answers from elsewhere"]);
    expect(first.exitCode).toBe(1);
    expect(first.output).toContain("prod can't be fenced");
    expect(stage.applied).toEqual([]);
    const { output } = await stage.dr(["failback", "--stay"]);
    expect(output).toContain("dr goes on serving");
  });

  it("leaves a standby that serves alone while the primary does not answer", async () => {
    const service = new MemoryService({ prefix: "shop-dr" });
    const targets = async () => [{ id: "10.30.0.5", state: "healthy", reason: undefined }];
    const stage = new Stage({
      changes: activation("active"),
      answers: { standby: { ...service.questions(), targets } },
    });
    const { exitCode, output } = await stage.dr([
      "failback",
      "--execute",
      "--confirm",
      "dr",
      "--reason",
      REASON,
    ]);
    expect([exitCode, service.changes]).toEqual([1, []]);
    expect(output).toMatch(
      /^failback refused: something that it needs is missing or could not be asked; nothing was changed\n/,
    );
    expect(output).toMatch(/\n {2}BLOCKED by primary: .* in eu-west-1: /);
  });
});
