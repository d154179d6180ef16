import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { planStack } from "../../../sandbox/terraform/project.ts";
import { inventory, made } from "../support/inventory.ts";
import { PRIMARY, RecoveredPair, STANDBY } from "../support/recovered-pair.ts";
import { probe } from "../support.ts";

const capabilities = await probe();

const runsSchema = z.looseObject({
  posture: z.string(),
  runs: z.array(
    z.looseObject({
      verb: z.string(),
      outcome: z.string().nullable(),
      rtoMinutes: z.number().nullable(),
      rpoMinutes: z.number().nullable(),
    }),
  ),
});

describe.skipIf(!capabilities.isReady)("a drill of a pair that is really deployed", () => {
  let pair: RecoveredPair;
  let before: readonly string[];
  let door: string | undefined;

  beforeAll(async () => {
    pair = await RecoveredPair.create(capabilities);
    before = await listed();
    door = await pair.served();
  }, 1_200_000);
  afterAll(() => pair?.remove());

  const listed = () => inventory(pair.sandbox, [PRIMARY, STANDBY]);

  const left = async (): Promise<readonly string[]> => made(before, await listed());

  it("is killed in the middle of its restore, which leaves a copy", async () => {
    const stop = new AbortController();
    await pair
      .dr(["drill", "--execute", "--confirm", "dr"], {
        signal: stop.signal,
        onLine: (line) => {
          if (/of dr-drill through/.test(line)) setTimeout(() => stop.abort(), 20_000);
        },
      })
      .catch(() => undefined);
    expect((await left()).some((line) => line.includes("shop-dr-drill"))).toBe(true);
  });

  it("goes on, measures, and leaves nothing: not in a list, not in the standby's plan, not in traffic", async () => {
    await pair.sandbox.client.clearCalls();
    const { exitCode, stdout } = await pair.dr(["drill", "--execute", "--confirm", "dr", "--take-lock"]);
    expect(`${exitCode}\n${exitCode === 0 ? "" : stdout}`).toBe("0\n");
    expect(stdout).toContain("nothing is left whose name begins with shop-dr-drill");
    expect(await left()).toEqual([]);
    expect(await planStack(pair.deployment.project, "dr")).toBe("empty");
    expect(await pair.served()).toBe(door);
    const calls = await pair.sandbox.client.calls();
    const changing = calls.filter(({ action }) => !/^(Get|List|Describe|Head|Lookup)/.test(action));
    expect(changing.filter(({ service }) => service === "route53")).toEqual([]);
    expect(new Set(changing.map(({ region }) => region))).toEqual(new Set([STANDBY, "us-east-1"]));
  });

  it("is what readiness and status know of then", async () => {
    const { stdout } = await pair.dr(["status", "--json"]);
    const { posture, runs } = runsSchema.parse(JSON.parse(stdout));
    expect(posture).toBe("standby");
    expect(runs).toMatchObject([{ verb: "drill", outcome: "done" }]);
    expect(runs[0]?.rtoMinutes).toBeGreaterThan(0);
    expect(runs[0]?.rpoMinutes).toBeGreaterThan(0);
    const { exitCode, stdout: said } = await pair.dr(["readiness", "--only", "last-drill"]);
    expect(`${exitCode}\n${exitCode === 0 ? "" : said}`).toBe("0\n");
  });

  it("removes what it has made also when the service does not get healthy, and has failed then", async () => {
    await pair.sandbox.client.setFaults({
      failing: [
        {
          service: "ecs",
          action: "CreateService",
          times: 50,
          code: "InvalidParameterException",
          status: 400,
        },
      ],
    });
    const { exitCode, stdout } = await pair.dr(["drill", "--execute", "--confirm", "dr"]);
    await pair.sandbox.client.clearFaults();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("the drill failed: restore-database");
    expect(await left()).toEqual([]);
    const { exitCode: ready, stdout: said } = await pair.dr(["readiness", "--only", "last-drill"]);
    expect(ready).toBe(1);
    expect(said).toMatch(/is failed/);
  });
});
