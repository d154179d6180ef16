import { describe, expect, it } from "vitest";
import { adviceFor } from "../../../src/recovery/terraform/advice.ts";
import { errorsIn } from "../../../src/recovery/terraform/events.ts";
import { applyProgress } from "../../../src/recovery/terraform/progress.ts";

const DATABASE = "aws_db_instance.database_instance";
const json = (value: unknown): string => JSON.stringify(value);

describe("what Terraform complains of", () => {
  it("is one line for each error, with its address", () => {
    const lines = [
      json({ type: "version", terraform: "1.11.4" }),
      json({ type: "diagnostic", diagnostic: { severity: "warning", summary: "old" } }),
      json({
        type: "diagnostic",
        diagnostic: {
          severity: "error",
          summary: "creating RDS DB Instance",
          detail: "KMSKeyNotAccessibleFault:\n  the key is disabled",
          address: DATABASE,
        },
      }),
    ];
    expect(errorsIn(lines.join("\n"))).toEqual([
      `${DATABASE}: creating RDS DB Instance: KMSKeyNotAccessibleFault: the key is disabled`,
    ]);
  });

  it("is read out of its boxes where it is not JSON", () => {
    const text =
      "Initializing the backend...\n╷\n│ Error: Failed to get existing workspaces\n│ \n│ NoSuchBucket\n╵";
    expect(errorsIn(text)).toEqual(["Error: Failed to get existing workspaces NoSuchBucket"]);
  });

  it.each([
    ["KMSKeyNotAccessibleFault", "npm run dr -- readiness --only keys,recovery-point-key"],
    [
      "InvalidDBSnapshotState: snapshot is copying",
      "npm run dr -- readiness --only recovery-point,copy-jobs",
    ],
    ["InsufficientDBInstanceCapacity", "npm run dr -- readiness --only database-quota,engine"],
    ["AccessDenied: not authorized to perform rds:Restore", "aws sts get-caller-identity"],
    ["operation error: ThrottlingException: Rate exceeded", "# AWS refuses for now"],
    ["Saved plan is stale", "# somebody has applied meanwhile"],
  ])("has a remedy: %s", (said, help) => {
    expect(adviceFor([said]).join("\n")).toContain(help);
  });
});

describe("the progress of an apply", () => {
  it("tells what takes long at once, and again every half minute", () => {
    let clock = 0;
    const told: string[] = [];
    const follow = applyProgress(
      3,
      60,
      () => new Date(clock),
      (line) => told.push(line),
    );
    const at = (seconds: number, type: string, addr: string): void => {
      clock = seconds * 1000;
      follow(json({ type, hook: { resource: { addr }, action: "create", elapsed_seconds: seconds } }));
    };
    at(1, "apply_start", "aws_cloudwatch_log_group.one");
    at(2, "apply_complete", "aws_cloudwatch_log_group.one");
    at(2, "apply_start", DATABASE);
    for (let seconds = 12; seconds <= 72; seconds += 10) at(seconds, "apply_progress", DATABASE);
    expect(told).toEqual([
      `terraform apply: 1 of 3 changes made; at work: ${DATABASE} (create) (12 s of about 1 h)`,
      `terraform apply: 1 of 3 changes made; at work: ${DATABASE} (create) (42 s of about 1 h)`,
      `terraform apply: 1 of 3 changes made; at work: ${DATABASE} (create) (1 min 12 s of about 1 h)`,
    ]);
  });
});
