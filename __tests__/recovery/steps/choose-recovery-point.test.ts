import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choosePoint, type PointChoice } from "../../../src/recovery/steps/choose-recovery-point.ts";
import { inquire } from "../../support/inquiry.ts";
import { NOW, point, replicatedBackup, snapshot, type Answers } from "../../support/memory-aws.ts";

const RECOVERY = { dr: { database: { recovery: { strategy: "automated-backups" } } } };
const [FROM, UNTIL] = [new Date("2026-03-09T12:00:00Z"), new Date("2026-03-10T11:50:00Z")];

function choose(answers: Answers, choice: PointChoice, changes = {}) {
  const { subject, aws } = inquire(changes, answers);
  return choosePoint(subject, aws.in("eu-central-1"), choice, NOW);
}

describe("a moment of a replicated automated backup", () => {
  const restorableUntil = (until: Date): Answers => ({
    standby: {
      replicatedBackup: async () => ({ ...replicatedBackup, restorableFrom: FROM, restorableUntil: until }),
    },
  });

  it("is before the latest restorable time by a second at most, whatever that is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 86_400_000 }), async (milliseconds) => {
        const until = new Date(FROM.getTime() + 3_600_000 + milliseconds);
        const { createdAt } = await choose(restorableUntil(until), {}, RECOVERY);
        expect(createdAt.getTime()).toBeLessThan(until.getTime());
        expect(until.getTime() - createdAt.getTime()).toBeLessThanOrEqual(1000);
        expect(createdAt.getMilliseconds()).toBe(0);
      }),
    );
  });

  it("can be named from the earliest to the latest, and no other", async () => {
    const at = async (restoreTime: string) =>
      (await choose(restorableUntil(UNTIL), { restoreTime: new Date(restoreTime) }, RECOVERY)).createdAt;
    expect(await at("2026-03-09T12:00:00Z")).toEqual(FROM);
    expect(await at("2026-03-10T11:49:59Z")).toEqual(new Date("2026-03-10T11:49:59Z"));
    await expect(at("2026-03-10T11:50:00Z")).rejects.toThrow(/was not replicated yet/);
    await expect(at("2026-03-09T11:59:59Z")).rejects.toThrow(/is not kept any more; the earliest moment is/);
  });
});

describe("the key of a snapshot that a person names", () => {
  const listed = { ...point, keyArn: undefined, encrypted: false };
  const answers = (keyArn: string): Answers => ({
    standby: { recoveryPoints: async () => [listed], snapshot: async () => ({ ...snapshot, keyArn }) },
  });

  it("is RDS's word, where the vault's list leaves it out", async () => {
    expect(await choose(answers(point.keyArn), { arn: point.arn })).toMatchObject({ arn: point.arn });
    await expect(choose(answers("arn:aws:kms:other"), { arn: point.arn })).rejects.toThrow(
      /is encrypted with arn:aws:kms:other/,
    );
  });
});
