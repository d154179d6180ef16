import { describe, expect, it } from "vitest";
import { accessIn } from "./access.ts";
import { activation, complaints, synthesizeOne } from "./environments.ts";

const prod = accessIn(synthesizeOne("prod"));
const role = "aws_iam_role.network_flow_logs_role";
const group = prod.arnOf("aws_cloudwatch_log_group.network_flow_logs_group");

describe("access in a synthesized environment", () => {
  it("grants what a role's policy names, and nothing beside it", async () => {
    expect(await prod.roleMay(role, "logs:PutLogEvents", `${group}:log-stream:one`)).toBe(true);
    expect(await prod.roleMay(role, "logs:PutLogEvents", `${group}-other:log-stream:one`)).toBe(false);
    expect(await prod.roleMay(role, "logs:DeleteLogGroup", group)).toBe(false);
  });

  it("lets only the named service assume a role", async () => {
    expect(await prod.serviceMayAssume("ec2.amazonaws.com", role)).toBe(false);
  });

  it("applies a key's own policy to services and strangers", async () => {
    const key = prod.arnOf("aws_kms_key.keys_telemetry_key");
    const logs = "logs.eu-west-1.amazonaws.com";
    const context = { "kms:EncryptionContext:aws:logs:arn": group };
    expect(await prod.principalMay(logs, "kms:Decrypt", key, context)).toBe(true);
    expect(await prod.principalMay(logs, "kms:Decrypt", key)).toBe(false);
    const stranger = "arn:aws:iam::444455556666:role/stranger";
    expect(await prod.principalMay(stranger, "kms:Decrypt", key)).toBe(false);
  });

  it("fails on an action that does not exist", async () => {
    await expect(prod.roleMay(role, "logs:PutLogEventz", group)).rejects.toThrow("PutLogEventz");
  });
});

describe("variations of the default environments", () => {
  it("merges objects, and removes what is undefined", () => {
    const { spec } = synthesizeOne("dev", {
      dev: { compute: { cpu: 512, memoryMiB: 1024 }, budget: undefined },
    });
    expect(spec.config.compute).toMatchObject({ cpu: 512, desiredCount: 1 });
    expect(spec.config.budget).toBeUndefined();
  });

  it("activates a standby by a record", () => {
    const { spec } = synthesizeOne("dr", activation("restored"));
    expect(spec.role).toMatchObject({ posture: "restored" });
  });

  it("reports what a person would read", () => {
    const [line, ...others] = complaints({ dr: { recovers: "production" } });
    expect(line).toMatch(/^environments\/dr\.ts: recovers: .*"production"/);
    expect(others).toEqual([]);
  });
});
