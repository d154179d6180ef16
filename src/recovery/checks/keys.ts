import { type Check, fail, type Finding, pass } from "./check.ts";
import { enable } from "./recovery-point-key.ts";

/** The customer keys that a recovery uses. */
export const keys: Check = {
  id: "keys",
  asks: "are the standby's keys enabled, and the key of its state",
  because:
    "a disabled key, or one that waits for its deletion, stops restore, secrets, images, logs and the state itself",
  remedy: "cancel the deletion and enable the key",
  side: "standby",
  async run({ subject, standby }) {
    const { names, state, name } = subject.standby;
    const aliases = [
      `alias/${names.of("data")}`,
      `alias/${names.of("telemetry")}`,
      // Elsewhere it is not this region's business.
      ...(state.region === standby.region ? [state.keyAlias] : []),
    ];
    const found = await Promise.all(aliases.map(async (alias) => ({ alias, key: await standby.key(alias) })));
    const bad = found.flatMap(({ alias, key }): { evidence: string; remedy: string }[] => {
      if (key === undefined)
        return [
          {
            evidence: `${alias} does not exist`,
            remedy: `npx cdktf deploy ${alias === state.keyAlias ? "bootstrap" : name}`,
          },
        ];
      if (key.state === "Enabled") return [];
      const until =
        key.deletedAt === undefined ? "" : `, gone on ${key.deletedAt.toISOString().slice(0, 10)}`;
      return [{ evidence: `${alias} is ${key.state}${until}`, remedy: enable(key, standby.region) }];
    });
    const facts: Finding["facts"] = { asked: aliases.length, usable: aliases.length - bad.length };
    if (bad.length === 0) return pass(`${aliases.length} enabled: ${aliases.join(", ")}`, facts);
    return fail(
      bad.map(({ evidence }) => evidence).join("; "),
      [...new Set(bad.map(({ remedy }) => remedy))].join("\n"),
      facts,
    );
  },
};
