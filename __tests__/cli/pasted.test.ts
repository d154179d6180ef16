import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { CHECKS } from "../../src/recovery/checks/all.ts";
import { checkReadiness } from "../../src/recovery/readiness.ts";
import { quoted } from "../../src/recovery/commands.ts";
import { RECOVERY_WORLD } from "../../src/cli/recovery-world.ts";
import { Stage } from "../support/recovery-stage.ts";
import { inquire } from "../support/inquiry.ts";
import { memoryAws, silentRegion } from "../support/memory-aws.ts";
import { paste, printedCommands, shellWords } from "../support/pasted.ts";
import { folderWith, worldOf } from "../support/recovery-cli.ts";
import { SITUATIONS, type SituationName } from "../support/situations.ts";

const REASON = ["--reason", `prod's region is "gone" & $HOME is not`];

/** What people type in each situation, whether or not it is wise. */
const TYPED: readonly (readonly string[])[] = [
  ["status"],
  ["readiness"],
  ["failover"],
  ["failover", ...REASON],
  ["failover", "--operator", "kim o'hara"],
  ["failover", "--execute", "--confirm", "nobody", ...REASON],
  ["failover", "--execute"],
  ["failover", "--run", "nothing"],
  ["failback"],
  ["failback", "--stay"],
  ["failback", "--discard-writes", "--compare-command", "./compare.sh $A 'b'"],
  ["rollback"],
  ["fence"],
  ["drill"],
  ["drill", "--execute", "--confirm", "nobody"],
];

const NAMES = Object.keys(SITUATIONS).filter((name): name is SituationName => name in SITUATIONS);

/** Everything that a command prints in a situation. */
async function printed(args: readonly string[], name: SituationName, folder: string): Promise<string> {
  const { answers } = SITUATIONS[name]();
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const unused = (): never => {
    throw new Error("nothing is carried out in this test");
  };
  const recovery = { ...RECOVERY_WORLD, ask: async () => undefined, terraform: unused, machine: unused };
  await run(
    [...args, "--environments", folder],
    { print, printError: print, colours: false },
    { ...worldOf(() => memoryAws(answers)), recovery },
  );
  return lines.join("\n");
}

/** What keeps a command from being one that is pasted; undefined when it runs. */
async function flaw(words: readonly string[], folder: string | undefined): Promise<string | undefined> {
  const { folder: read, refused } = await paste(words);
  if (refused !== undefined) return refused;
  if (folder !== undefined && read !== folder) return `reads ${read ?? "no folder"}`;
  const sample = words.find((word) => /<[^>]*>|what happened|goes on all the same|\.\.\./i.test(word));
  return sample === undefined ? undefined : `has a sample, ${sample}`;
}

describe("every command that is printed", () => {
  it.each(NAMES)("runs when it is pasted: %s", async (name) => {
    const folder = folderWith(SITUATIONS[name]().changes);
    let count = 0;
    for (const args of TYPED) {
      const text = await printed(args, name, folder);
      for (const { text: command, words } of printedCommands(text)) {
        count += 1;
        const isHelp = words[0]?.startsWith("-") === true;
        expect([args.join(" "), command, isHelp ? undefined : await flaw(words, folder)]).toEqual([
          args.join(" "),
          command,
          undefined,
        ]);
      }
      const others = text.split("\n").filter((line) => /^\s*(aws|npx|terraform|skopeo) /.test(line));
      expect(others.filter((line) => /<[^>]*>| ARN\b| GROUP\b/.test(line))).toEqual([]);
    }
    expect(count).toBeGreaterThan(10);
  });

  it("covers every readiness check, also when AWS does not answer", async () => {
    const silent = silentRegion("eu-central-1", "unreachable");
    const dead = silentRegion("eu-west-1", "denied");
    const nothing = { objects: {}, answers: { standby: silent, primary: dead } };
    for (const answers of [nothing.answers, {}]) {
      const { results } = await checkReadiness(CHECKS, inquire({}, answers), 5000);
      for (const { id, remedy } of results)
        for (const { text, words } of printedCommands(remedy ?? ""))
          expect([id, text, await flaw(words, undefined)]).toEqual([id, text, undefined]);
    }
  });
});

describe("what is printed when something fails", () => {
  const failing = { apply: () => Promise.reject(new Error("no")) };
  const confirmed = (verb: string, ...more: string[]): string[] => [
    verb,
    ...more,
    "--execute",
    "--confirm",
    "dr",
    "--reason",
    'it\'s "gone" & $HOME',
  ];

  it("runs when it is pasted, from a run that has failed, one that overtakes it, and one that is blocked", async () => {
    const stage = new Stage();
    const texts = [
      await stage.dr(confirmed("failover"), failing),
      await stage.dr(["status"]),
      await stage.dr(confirmed("fence")),
      await stage.dr(confirmed("failback")),
      await stage.dr(confirmed("failover")),
      await stage.dr(confirmed("rollback"), failing),
      await stage.dr(confirmed("failover"), { answers: { standby: { recoveryPoints: async () => [] } } }),
      await new Stage().dr(confirmed("failover", "--operator", "kim o'hara"), {
        answers: { standby: { recoveryPoints: async () => [] } },
      }),
    ].map(({ output, errors }) => `${output}\n${errors}`);
    for (const text of texts) {
      const commands = printedCommands(text);
      expect([text, commands.length > 0]).toEqual([text, true]);
      for (const { text: command, words } of commands)
        expect([command, await flaw(words, undefined)]).toEqual([command, undefined]);
    }
    // The run was refused before its journal began, so the printed command has to repeat the reason.
    const [again] = printedCommands(texts.at(-1)?.split("next, once nothing blocks")[1] ?? "");
    expect(again?.words).toEqual([
      "failover",
      "--environment",
      "dr",
      "--operator",
      "kim o'hara",
      "--execute",
      "--confirm",
      "dr",
      "--reason",
      'it\'s "gone" & $HOME',
    ]);
  });
});

describe("the only function that quotes", () => {
  it.each(["dr", "two words", `it's "so"`, "$HOME `id` \\ !x", "a'b'c", "#no", "~", "*", ""])(
    "makes one word of %j",
    (text) => {
      expect(shellWords(`x ${quoted(text)} y`)).toEqual(["x", ...(text === "" ? [""] : [text]), "y"]);
    },
  );
});
