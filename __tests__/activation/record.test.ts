import { describe, expect, it } from "vitest";
import { activation, type Changes, complaints, merge } from "../support/environments.ts";

const FILE = "environments/dr.activation.json";
const snapshotArn = (region: string, account: string): string =>
  `arn:aws:rds:${region}:${account}:snapshot:awsbackup:copyjob-0001`;

/** The lines that a person would read of the default record with changes. */
const linesOf = (changes: Changes): readonly string[] =>
  complaints(merge(activation("restored"), { "dr.activation": changes }));

describe("an activation record", () => {
  it.each(["restored", "active"] as const)("is fine with posture %s", (posture) => {
    expect(complaints(activation(posture))).toEqual([]);
  });

  it.each([
    {
      mistake: "an unknown posture",
      changes: { posture: "serving" },
      line: `${FILE}: posture: not accepted, got "serving"; choose one of "restored", "active"`,
    },
    {
      mistake: "a recovery point of another region",
      changes: { recoveryPoint: { snapshotArn: snapshotArn("eu-west-1", "111122223333") } },
      line: `${FILE}: recoveryPoint.snapshotArn: is in another region, got eu-west-1; name a recovery point that was copied to eu-central-1`,
    },
    {
      mistake: "a recovery point of another account",
      changes: { recoveryPoint: { snapshotArn: snapshotArn("eu-central-1", "444455556666") } },
      line: `${FILE}: recoveryPoint.snapshotArn: belongs to another account, got 444455556666; name a recovery point of 111122223333`,
    },
    {
      mistake: "a recovery point of another engine",
      changes: { recoveryPoint: { engine: "mysql" } },
      line: `${FILE}: recoveryPoint.engine: not accepted, got "mysql"; write "postgres"`,
    },
    {
      mistake: "a recovery point of another major version",
      changes: { recoveryPoint: { engineVersion: "16.9" } },
      line: `${FILE}: recoveryPoint.engineVersion: can't be restored as PostgreSQL 17, got 16.9; choose a recovery point of version 17, or set database.engineVersion of the pair to 16`,
    },
    {
      mistake: "a recovery point that is no snapshot",
      changes: {
        recoveryPoint: { snapshotArn: "arn:aws:rds:eu-central-1:111122223333:db:shop-dr-database" },
      },
      line: /^environments\/dr\.activation\.json: recoveryPoint\.snapshotArn: expected an ARN such as .*, got "arn:.*:db:shop-dr-database"; correct the value$/,
    },
    {
      mistake: "a time without a zone",
      changes: { declaredAt: "2026-01-31 04:00" },
      line: `${FILE}: declaredAt: expected a time in UTC such as 2026-01-31T03:04:05Z, got "2026-01-31 04:00"; correct it`,
    },
    {
      mistake: "a database that is guarded before it is active",
      changes: { hardened: true },
      line: `${FILE}: hardened: only an active standby is hardened, got true; set it to false, or posture to active`,
    },
    {
      mistake: "no reason",
      changes: { reason: "" },
      line: /^environments\/dr\.activation\.json: reason: /,
    },
    {
      mistake: "an unknown key",
      changes: { recoverypoint: {} },
      line: `${FILE}: recoverypoint: unknown key, got "recoverypoint"; did you mean "recoveryPoint"`,
    },
  ])("with $mistake is one line", ({ changes, line }) => {
    const lines = linesOf(changes);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it.each([
    { what: "data of days after the declaration", recoveryPoint: { createdAt: "2026-02-03T03:00:00Z" } },
    { what: "a version of Extended Support", recoveryPoint: { engineVersion: "17.4-rds.20260224" } },
    { what: "the same in capitals", recoveryPoint: { engineVersion: "17.4-RDS.20260224.R2" } },
    {
      what: "a snapshot that somebody called so",
      recoveryPoint: { snapshotArn: "arn:aws:rds:eu-central-1:111122223333:snapshot:change-me" },
    },
  ])("may name $what", ({ recoveryPoint }) => {
    expect(linesOf({ recoveryPoint })).toEqual([]);
  });

  it.each(["17.4 ", "17.4;x", "${file(1)}"])(
    "takes no version that Terraform or a shell would read, such as %j",
    (engineVersion) => {
      expect(linesOf({ recoveryPoint: { engineVersion } })).toHaveLength(1);
    },
  );

  it("takes no recovery point that Terraform would evaluate", () => {
    const evil = 'arn:aws:rds:eu-central-1:111122223333:snapshot:${file("/etc/hostname")}';
    expect(linesOf({ recoveryPoint: { snapshotArn: evil } })).toHaveLength(1);
  });

  it("belongs to an environment with a database", () => {
    const { "dr.activation": record } = activation("restored");
    expect(complaints({ "bootstrap.activation": record })).toEqual([
      expect.stringMatching(
        /^environments\/bootstrap\.activation\.json: .*"bootstrap"; choose among: dev, prod, dr, or remove the record$/,
      ),
    ]);
  });
});
