import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const step = z.object({ name: z.string().optional(), id: z.string().optional(), run: z.string().optional() });
const holder = z.object({ steps: z.array(step) });
const scriptsIn = (file: string): (readonly [string, string])[] => {
  const { jobs = {}, runs } = z
    .object({ jobs: z.record(z.string(), holder).optional(), runs: holder.optional() })
    .parse(parse(readFileSync(file, "utf8")));
  return [...Object.entries(jobs), ...(runs ? [["action", runs] as const] : [])].flatMap(([job, { steps }]) =>
    steps.flatMap(({ run, name, id }) =>
      run === undefined ? [] : [[`${file}: ${job}: ${name ?? id ?? run.split("\n")[0]}`, run] as const],
    ),
  );
};
const scripts = [
  ...readdirSync(".github/workflows").map((name) => `.github/workflows/${name}`),
  ...readdirSync(".github/actions").map((name) => `.github/actions/${name}/action.yml`),
].flatMap(scriptsIn);

/** Commands whose failure a script takes as an answer. */
const ANSWERS = [
  // A branch that is broken is no reason to refuse its repair.
  /Synthesize the branch that it goes into.*npm run/,
];

/** Stands for every command that leaves the script: counts, fails at one call, and answers as the true one would. */
const STUB = `#!/bin/bash
name=$(basename "$0")
call="$name $*"
count=1
set -o noclobber
until { echo "\${call//$'\\n'/ }" > "$STUBS/call-$count"; } 2>/dev/null; do count=$((count + 1)); done
set +o noclobber
if [ "$count" = "$FAIL_AT" ]; then exit 7; fi
case "$name $*" in
  "npm run --silent ci -- estimates"*) echo '{"dr":97.5}' ;;
  "npm run --silent ci"*) echo '[{"stack":"dr","region":"eu-central-1"}]' ;;
  "npm run --silent dr"*) echo '{"status":"pass"}' ;;
  "terraform"*"state pull") echo '{"serial":1}' ;;
  "terraform"*show*) echo 'No changes.' ;;
  "terraform"* | "npm"* | "infracost"*) ;;
  *) exec "$(cat "$STUBS/true-$name")" "$@" ;;
esac
`;
const REAL = ["jq", "sha256sum", "cut", "tail", "mv", "cp", "mkdir", "tee", "rm"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilot-light-workflow-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(
  script: string,
  failAt: number,
): { readonly exitCode: number | null; readonly calls: readonly string[] } {
  rmSync(folder, { recursive: true, force: true });
  const stubs = join(folder, "stubs");
  for (const path of [
    "stubs",
    "work/cdktf.out/stacks/dr",
    "work/scripts",
    "work/examined/after/stacks/dr",
    "work/synthesized/active",
    "temp/prices",
  ]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  for (const name of ["npm", "terraform", "infracost", ...REAL]) {
    writeFileSync(join(stubs, name), STUB);
    chmodSync(join(stubs, name), 0o755);
    const path = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
    writeFileSync(join(stubs, `true-${name}`), path);
  }
  cpSync("toolchain.json", join(folder, "work/toolchain.json"));
  for (const name of ["applied.sh", "price.sh"])
    cpSync(`scripts/${name}`, join(folder, "work/scripts", name));
  cpSync("infracost.yml", join(folder, "work/infracost.yml"));
  writeFileSync(join(folder, "temp/prices/a.json"), "{}");
  const { status } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: join(folder, "work"),
    encoding: "utf8",
    env: {
      PATH: `${stubs}:${process.env["PATH"] ?? ""}`,
      STUBS: stubs,
      FAIL_AT: String(failAt),
      STACK: "dr",
      STACKS: '[{"stack":"dr","region":"eu-central-1"}]',
      ESTIMATE: "97.5",
      ESTIMATES: '{"dr":97.5}',
      RESULTS: '["success","skipped"]',
      // Of "No changes." and the end of its line.
      APPROVED: "ec81435c97df2f5dda838b2d7a62c8e247c1d965107ce0e408ea603aea209cec",
      BEFORE: "",
      RUNNER_TEMP: join(folder, "temp"),
      GITHUB_OUTPUT: join(folder, "output"),
      GITHUB_ENV: join(folder, "env"),
      GITHUB_STEP_SUMMARY: join(folder, "summary"),
    },
  });
  const calls = readdirSync(stubs)
    .filter((name) => name.startsWith("call-"))
    .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)))
    .map((name) => readFileSync(join(stubs, name), "utf8").trim());
  return { exitCode: status, calls };
}

describe.each(scripts)("%s", (name, script) => {
  it("ends red when any command in it fails", () => {
    const { exitCode, calls } = run(script, 0);
    expect(exitCode).toBe(0);
    const hidden = calls.filter((call, index) => {
      const isAnswer = ANSWERS.some((pattern) => pattern.test(`${name} ${call}`));
      return !isAnswer && run(script, index + 1).exitCode === 0;
    });
    expect(hidden).toEqual([]);
  });
});
