import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import dr from "../../environments/dr.ts";
import type { Aws } from "../../src/aws/port.ts";
import { activation, merge } from "../support/environments.ts";
import { ago, HOUR_MS, memoryAws, NOW, point, silentRegion } from "../support/memory-aws.ts";
import { cli, worldOf } from "../support/recovery-cli.ts";

describe("readiness", () => {
  it("is a table with the verdict last", async () => {
    const answers = {
      standby: { recoveryPoints: async () => [{ ...point, expiresAt: ago(HOUR_MS) }] },
      primary: silentRegion("eu-west-1", "unreachable"),
    };
    const only = "clock,keys,recovery-point,elastic-ips,copy-jobs,records,drift";
    const { exitCode, output } = await cli(["readiness", "--only", only], { answers });
    expect(exitCode).toBe(1);
    expect(output).toBe(
      `
dr recovers prod: posture standby, strategy backup-copy

dr in eu-central-1
  pass     clock           0 s ahead of AWS
  pass     keys            3 enabled: alias/shop-dr-data, alias/shop-dr-telemetry, alias/shop-tfstate
  fail     recovery-point  no usable recovery point, got 1, all unusable: EXPIRED
           -> aws backup start-backup-job --region eu-west-1 --backup-vault-name shop-prod-backup --resource-arn arn:aws:rds:eu-west-1:111122223333:db:shop-prod-database --iam-role-arn arn:aws:iam::111122223333:role/shop-prod-backup
           -> # once it has completed
           -> aws backup start-copy-job --region eu-west-1 --source-backup-vault-name shop-prod-backup --recovery-point-arn $(aws backup list-recovery-points-by-backup-vault --region eu-west-1 --backup-vault-name shop-prod-backup --query "sort_by(RecoveryPoints[?Status=='COMPLETED'],&CreationDate)[-1].RecoveryPointArn" --output text) --destination-backup-vault-arn arn:aws:backup:eu-central-1:111122223333:backup-vault:shop-dr-backup --iam-role-arn arn:aws:iam::111122223333:role/shop-prod-backup
  pass     elastic-ips     1 of 5 addresses are used, a drill needs 1

prod in eu-west-1
  unknown  copy-jobs  service:Question in eu-west-1: the test says unreachable; does not decide
           -> # see whether eu-west-1 answers from here
           -> aws sts get-caller-identity --region eu-west-1

Route 53's control plane in us-east-1
  pass     records  shop.example.com: A, primary and secondary

not applicable
  drift  takes minutes; ask for it with --drift

not ready: 4 passed, 1 failed, 1 unknown
`.trim(),
    );
  });

  it("is ready when all is well, warnings included", async () => {
    const { exitCode, output } = await cli(["readiness"]);
    expect(exitCode).toBe(0);
    expect(output.split("\n").at(-1)).toBe("ready: 34 passed");
    const warned = await cli(["readiness"], {
      answers: { standby: { elasticIps: async () => ({ used: 5, quota: 5 }) } },
    });
    expect([warned.exitCode, warned.output.split("\n").at(-1)]).toEqual([0, "ready: 33 passed, 1 warned"]);
  });

  it("says that a standby is active", async () => {
    const { output } = await cli(["readiness", "--only", "switch,recovery-point"], {
      changes: activation("active"),
    });
    expect(output).toContain("dr recovers prod: posture active, strategy backup-copy");
    expect(output).toContain("recovery-point  dr is active: its database is restored already");
  });

  it("is one JSON document with stable ids and numbers", async () => {
    const { exitCode, output } = await cli(["readiness", "--json", "--only", "recovery-point,drift"], {
      colours: true,
    });
    expect(exitCode).toBe(0);
    const { checks, ...rest } = z.looseObject({ checks: z.array(z.unknown()) }).parse(JSON.parse(output));
    expect(rest).toEqual({
      ready: true,
      status: "pass",
      at: NOW.toISOString(),
      standby: "dr",
      recovers: "prod",
      posture: "standby",
      strategy: "backup-copy",
      notApplicable: [{ id: "drift", reason: "takes minutes; ask for it with --drift" }],
    });
    expect(checks).toMatchObject([
      {
        id: "recovery-point",
        side: "standby",
        status: "pass",
        decides: true,
        remedy: null,
        facts: { ageMinutes: 300, targetMinutes: 1440 },
      },
    ]);
  });

  it("colours verdicts on a terminal only", async () => {
    const [coloured, plain] = [await cli(["readiness"], { colours: true }), await cli(["readiness"])];
    expect(coloured.output).toContain("\u001B[32mready\u001B[39m");
    expect(stripVTControlCharacters(coloured.output)).toBe(plain.output);
  });

  it("watches: the whole report once, then what changes, until it is stopped", async () => {
    let round = 0;
    const aws = (): Aws => memoryAws(round === 2 ? { standby: { key: async () => undefined } } : {});
    const pause = async (): Promise<boolean> => (round += 1) < 4;
    const world = worldOf(aws, pause);
    const { exitCode, output } = await cli(["readiness", "--watch", "30", "--only", "keys"], { world });
    expect(exitCode).toBe(0);
    expect(output.split("\n").slice(-5)).toEqual([
      "12:00:00Z  ready: 1 passed",
      "12:00:00Z  keys: pass -> fail     alias/shop-dr-data does not exist; alias/shop-dr-telemetry does not exist; alias/shop-tfstate does not exist",
      "12:00:00Z  not ready: 0 passed, 1 failed",
      "12:00:00Z  keys: fail -> pass     3 enabled: alias/shop-dr-data, alias/shop-dr-telemetry, alias/shop-tfstate",
      "12:00:00Z  ready: 1 passed",
    ]);
  });

  it("ends every open question with the round", async () => {
    const signals: AbortSignal[] = [];
    const world = {
      ...worldOf(() => memoryAws()),
      connect: async (signal: AbortSignal) => {
        signals.push(signal);
        return memoryAws();
      },
    };
    await cli(["readiness", "--only", "keys"], { world });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("lists its checks without asking anyone", async () => {
    const connect = async (): Promise<never> => {
      throw new Error("nobody should be asked");
    };
    const { exitCode, output } = await cli(["readiness", "--list"], {
      world: { ...worldOf(() => memoryAws()), connect },
    });
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^recovery-point +is there a complete recovery point/m);
  });

  it.each([
    [
      ["--only", "recovery-pint"],
      '--only: names no check, got "recovery-pint"; npm run dr -- readiness --list shows them',
    ],
    [["--timeout", "soon"], '--timeout: expected seconds, got "soon"; write a number above 0'],
    [["--watch", "0"], '--watch: expected seconds, got "0"; write a number above 0'],
    [["--timeout", "100000"], '--timeout: is too long, got "100000"; choose at most 3600'],
  ])("refuses %j", async (args, error) => {
    const { exitCode, output, errors } = await cli(["readiness", ...args]);
    expect([exitCode, output, errors]).toEqual([2, "", error]);
  });

  it("asks which standby is meant where there are several", async () => {
    const second = merge(dr, {
      recovers: "dev",
      network: { cidr: "10.50.0.0/16" },
      ingress: { certificateArn: undefined, allowHttp: true },
    });
    const changes = { spare: second };
    const none = await cli(["readiness", "--only", "keys"], { changes });
    expect(none.exitCode).toBe(2);
    expect(none.errors).toMatch(/several standbys in it, got dr and spare; choose one with --environment$/);
    const one = await cli(["readiness", "--only", "keys", "--environment", "spare"], { changes });
    expect(one.output).toContain("spare recovers dev");
    const other = await cli(["readiness", "--environment", "prod"], { changes });
    expect(other.errors).toMatch(/no standby prod in it; choose among: dr, spare$/);
  });
});
