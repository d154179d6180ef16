import { describe, expect, it } from "vitest";
import { activation, type Changes, complaints, merge, synthesizeOne } from "../support/environments.ts";

/** Each strategy as a standby's file says it, and what the primary's has to say for it. */
const STRATEGIES: Readonly<Record<string, Changes>> = {
  none: {},
  "backup-copy": {
    prod: { database: { backup: { enabled: true } } },
    dr: { database: { recovery: { strategy: "backup-copy" } } },
  },
  "automated-backups": { dr: { database: { recovery: { strategy: "automated-backups" } } } },
  "manual-snapshot": {
    dr: {
      database: { recovery: { strategy: "manual-snapshot", reason: "an operator copies it every night" } },
    },
  },
};

const KEPT: Changes = {
  prod: { database: { backup: { keepVault: true } } },
  dr: { database: { keptVault: {} } },
};

/** Everything that guards recovery points: vault, lock, policy, the role that expires them, and who hears of failures. */
const GUARDS =
  /^aws_(backup_vault|backup_vault_lock_configuration|backup_vault_policy|iam_role|iam_role_policy)$/;

function guardsOf(name: string, changes: Changes): Readonly<Record<string, unknown>> {
  const { resource } = synthesizeOne(name, changes).template;
  return Object.fromEntries(
    Object.entries(resource).flatMap(([type, bodies]) =>
      Object.entries(bodies)
        .filter(([id]) => (GUARDS.test(type) ? id.startsWith("backup_") : id.startsWith("backup_failures_")))
        .map(([id, body]) => [`${type}.${id}`, body]),
    ),
  );
}

const planLocksOf = (name: string, changes: Changes): unknown =>
  synthesizeOne(name, changes).template.data["aws_backup_vault"];

const OTHERS = Object.keys(STRATEGIES).filter((one) => one !== "backup-copy");

describe("a standby's vault", () => {
  it.each(OTHERS)("stays with all that guards it when backup-copy becomes %s", (to) => {
    const before = guardsOf("dr", STRATEGIES["backup-copy"] ?? {});
    expect(Object.keys(before).map((address) => address.split(".")[0])).toEqual(
      expect.arrayContaining([
        "aws_backup_vault",
        "aws_backup_vault_lock_configuration",
        "aws_backup_vault_policy",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_cloudwatch_event_rule",
        "aws_cloudwatch_event_target",
      ]),
    );
    const after = merge(STRATEGIES[to] ?? {}, KEPT);
    expect(guardsOf("dr", after)).toEqual(before);
    expect(planLocksOf("dr", after)).toBeUndefined();
  });

  it.each(OTHERS)("that %s has not kept makes every plan fail while it holds something", (to) => {
    expect(planLocksOf("dr", STRATEGIES[to] ?? {})).toMatchObject({
      left_vault_lock_left: {
        name: "shop-dr-backup",
        lifecycle: { postcondition: [{ condition: "${self.recovery_points == 0}" }] },
      },
    });
  });

  it("is not asked for by a recovery, nor where there is one", () => {
    for (const posture of ["restored", "active"] as const) {
      const changes = merge(STRATEGIES["automated-backups"] ?? {}, activation(posture));
      expect(planLocksOf("dr", changes)).toBeUndefined();
    }
    expect(planLocksOf("dr", STRATEGIES["backup-copy"] ?? {})).toBeUndefined();
  });

  it("receives no more copies, whichever side serves", () => {
    const active = merge(merge(STRATEGIES["automated-backups"] ?? {}, KEPT), activation("active"));
    const changes = merge(active, { prod: { database: { backup: { enabled: true } } } });
    const { resource } = synthesizeOne("dr", changes).template;
    expect(resource["aws_backup_vault"]).toBeDefined();
    expect(resource["aws_backup_plan"]).toBeUndefined();
  });

  it("can't be kept beside the strategy that uses it", () => {
    const both = merge(STRATEGIES["backup-copy"] ?? {}, KEPT);
    expect(complaints(both)).toEqual([
      expect.stringContaining("database.keptVault: is the vault of an earlier strategy"),
    ]);
  });
});

describe("a primary's vault", () => {
  const before = guardsOf("prod", STRATEGIES["backup-copy"] ?? {});

  it("stays with its policy and its failure rule when backups end, whatever the standby's file says by then", () => {
    for (const to of OTHERS) {
      const after = guardsOf("prod", merge(STRATEGIES[to] ?? {}, KEPT));
      expect(Object.keys(after)).toEqual(Object.keys(before));
    }
  });

  it("that is not kept makes every plan fail while it holds something", () => {
    expect(planLocksOf("prod", STRATEGIES["automated-backups"] ?? {})).toMatchObject({
      left_vault_lock_left: { name: "shop-prod-backup" },
    });
    expect(planLocksOf("prod", STRATEGIES["backup-copy"] ?? {})).toBeUndefined();
    expect(planLocksOf("prod", merge(STRATEGIES["automated-backups"] ?? {}, KEPT))).toBeUndefined();
  });
});
