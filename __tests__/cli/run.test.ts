import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import dr from "../../examples/disaster-recovery/dr.ts";
import prod from "../../examples/disaster-recovery/prod.ts";
import project from "../../examples/disaster-recovery/project.ts";
import { wantsColours } from "../../src/cli/paint.ts";
import { run } from "../../src/cli/run.ts";

const COPIES = "examples/disaster-recovery";

interface Outcome {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

async function cli(args: readonly string[], { colours = false } = {}): Promise<Outcome> {
  const [output, errors]: [string[], string[]] = [[], []];
  const exitCode = await run(args, {
    print: (line) => void output.push(line),
    printError: (line) => void errors.push(line),
    colours,
  });
  return { exitCode, output: output.join("\n"), errors: errors.join("\n") };
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder of environments below the working directory, so that messages name it as a person would. */
function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync("node_modules/.cache/objectives-");
  folders.push(folder);
  for (const [name, value] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.ts`), `export default ${JSON.stringify(value)};\n`);
  }
  return folder;
}

/** The example's prod with other backups, right or wrong. */
function prodWith(backup: unknown): unknown {
  if (prod.kind !== "service") throw new Error("the example's prod is no service");
  return { ...prod, database: { ...prod.database, backup } };
}

const everyDay = prodWith({ enabled: true, schedule: "cron(0 0 * * ? *)" });

describe("objectives", () => {
  it("shows target, worst case and every term", async () => {
    const { exitCode, output } = await cli(["objectives", "--environments", COPIES]);
    expect(exitCode).toBe(0);
    expect(output).toBe(
      `
dr recovers prod, strategy backup-copy

RPO, the most data that is lost: met
  12 h  between backups    examples/disaster-recovery/prod.ts: database.backup.schedule
   1 h  start window       examples/disaster-recovery/prod.ts: database.backup.startWindowMinutes
   2 h  completion window  examples/disaster-recovery/prod.ts: database.backup.completionWindowMinutes
   1 h  copy allowance     examples/disaster-recovery/prod.ts: database.backup.copyAllowanceMinutes
  16 h  worst case
  24 h  target             examples/disaster-recovery/dr.ts: objectives.rpoHours

RTO, the longest until the service works again: met
      30 min  to declare and fence               examples/disaster-recovery/dr.ts: objectives.allowances.declareMinutes
      10 min  to choose the recovery point       examples/disaster-recovery/dr.ts: objectives.allowances.chooseRecoveryPointMinutes
      30 min  to restore                         examples/disaster-recovery/dr.ts: objectives.allowances.restoreMinutes
  1 h 26 min  to warm up 500 GiB                 examples/disaster-recovery/prod.ts: database.maxStorageGiB
      10 min  to scale compute                   examples/disaster-recovery/dr.ts: objectives.allowances.scaleMinutes
       1 min  for 2 good answers of each target  examples/disaster-recovery/dr.ts: ingress.healthCheck
       5 min  to open the ingress                examples/disaster-recovery/dr.ts: objectives.allowances.openIngressMinutes
      15 min  to change DNS by hand              examples/disaster-recovery/dr.ts: objectives.allowances.manualDnsMinutes
      15 min  to validate                        examples/disaster-recovery/dr.ts: objectives.allowances.validateMinutes
  3 h 22 min  worst case
         4 h  target                             examples/disaster-recovery/dr.ts: objectives.rtoHours
`.trim(),
    );
  });

  it("says that nothing is promised while no way of recovery is chosen", async () => {
    const { exitCode, output } = await cli(["objectives", "--environments", "environments"]);
    expect(exitCode).toBe(1);
    expect(output).toBe(
      `
dr recovers prod, strategy not chosen

RPO, the most data that is lost: not met
  unbounded  worst case  database.recovery of environments/dr.ts is not set
       24 h  target      environments/dr.ts: objectives.rpoHours

RTO, the longest until the service works again: not met
  unbounded  worst case  database.recovery of environments/dr.ts is not set
        4 h  target      environments/dr.ts: objectives.rtoHours
`.trim(),
    );
  });

  it("reports a target that can't be met, where synthesis would refuse it", async () => {
    const folder = folderWith({ project, prod: everyDay, dr });
    const { exitCode, output, errors } = await cli(["objectives", "--environments", folder]);
    expect(errors).toBe("");
    expect(exitCode).toBe(1);
    expect(output).toContain("RPO, the most data that is lost: not met");
    expect(output).toMatch(/^ {2}28 h {2}worst case$/m);
  });

  it("prints the same as one JSON document", async () => {
    const folder = folderWith({ project, prod: everyDay, dr });
    const { exitCode, output } = await cli(["objectives", "--json", "--environments", folder], {
      colours: true,
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      met: false,
      pairs: [
        {
          standby: "dr",
          recovers: "prod",
          strategy: "backup-copy",
          rpo: {
            met: false,
            targetMinutes: 1440,
            worstCaseMinutes: 1680,
            terms: [
              {
                label: "between backups",
                minutes: 1440,
                setBy: `${folder}/prod.ts: database.backup.schedule`,
              },
              { label: "start window", minutes: 60 },
              { label: "completion window", minutes: 120 },
              { label: "copy allowance", minutes: 60 },
            ],
          },
          rto: { met: true, targetMinutes: 240, worstCaseMinutes: 202 },
        },
      ],
    });
  });

  it("names the step of every term of the RTO in JSON", async () => {
    const { output } = await cli(["objectives", "--json", "--environments", COPIES]);
    const steps = [...output.matchAll(/"step": "(.*)"/g)].map(([, step]) => step);
    expect([...new Set(steps)]).toEqual([
      "declare",
      "choose-recovery-point",
      "restore-database",
      "scale-compute",
      "await-healthy",
      "open-ingress",
      "cut-over",
      "validate",
    ]);
  });

  it("is green on a terminal and plain elsewhere", async () => {
    const coloured = await cli(["objectives", "--environments", COPIES], { colours: true });
    const plain = await cli(["objectives", "--environments", COPIES]);
    expect(coloured.output).toContain("\u001B[32mmet\u001B[39m");
    expect(plain.output).not.toContain("\u001B");
    expect(stripVTControlCharacters(coloured.output)).toBe(plain.output);
  });

  it("tells mistakes of the configuration as a synthesis does", async () => {
    const broken = prodWith({ enabled: true, schedul: "cron(0 0 * * ? *)" });
    const folder = folderWith({ project, prod: broken, dr });
    const { exitCode, output, errors } = await cli(["objectives", "--environments", folder]);
    expect([exitCode, output]).toEqual([2, ""]);
    expect(errors).toBe(
      `${folder}/prod.ts: database.backup.schedul: unknown key, got "schedul"; did you mean "schedule"`,
    );
  });

  it.each(["disaster-recovery", "automated-backups"])(
    "prints what docs/objectives.md shows of %s",
    async (example) => {
      const { output } = await cli(["objectives", "--environments", `examples/${example}`]);
      const shown = readFileSync("docs/objectives.md", "utf8").split(`<!-- examples/${example} -->`)[1];
      expect(/```text\n([^`]*)\n```/.exec(shown ?? "")?.[1]).toBe(output);
    },
  );

  it("needs a standby to speak about", async () => {
    const alone = { ...prod, registry: { replication: { enabled: false } } };
    const folder = folderWith({ project, prod: alone });
    const { exitCode, errors } = await cli(["objectives", "--environments", folder]);
    expect(exitCode).toBe(2);
    expect(errors).toBe(`${folder}: no standby in it; add an environment of kind "standby"`);
  });
});

describe("the command line", () => {
  it("lists its commands when asked, and when nothing was asked", async () => {
    const [asked, silent] = [await cli(["--help"]), await cli([])];
    expect(asked.exitCode).toBe(0);
    expect(asked.output).toContain("objectives [options]  shows recovery objectives");
    expect([silent.exitCode, silent.errors]).toEqual([2, asked.output]);
  });

  it("explains a command with its exit codes", async () => {
    const { exitCode, output } = await cli(["objectives", "--help"]);
    expect(exitCode).toBe(0);
    expect(output).toContain("0 every objective is met, 1 one is not, 2 wrong usage or configuration");
  });

  it.each([
    [["objectve"], "unknown command 'objectve'\n(Did you mean objectives?)"],
    [["objectives", "--jsn"], "unknown option '--jsn'\n(Did you mean --json?)"],
    [["objectives", "prod"], "too many arguments for 'objectives'. Expected 0 arguments but got 1"],
    [["objectives", "--environments"], "option '--environments <dir>' argument missing"],
  ])("refuses %j", async (args, error) => {
    const outcome = await cli(args);
    expect(outcome).toEqual({
      exitCode: 2,
      output: "",
      errors: `${error}\nnpm run dr -- --help lists the commands, npm run dr -- <command> --help its options`,
    });
  });

  it("wants colours on a terminal only, and never with NO_COLOR", () => {
    expect(wantsColours({ isTTY: true }, undefined)).toBe(true);
    expect(wantsColours({ isTTY: true }, "1")).toBe(false);
    expect(wantsColours({}, undefined)).toBe(false);
  });
});
