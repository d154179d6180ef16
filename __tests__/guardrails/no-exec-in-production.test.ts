import { expect, it } from "vitest";
import { noExecInProduction } from "../../src/guardrails/no-exec-in-production.ts";
import { synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const SERVICE = "aws_ecs_service.compute_service";

it("allows shells in development only", () => {
  expect(noExecInProduction.violations(synthesizeOne("dev"))).toEqual([]);
  expect(noExecInProduction.violations(synthesizeOne("prod"))).toEqual([]);
});

it.each([true, "true"])("refuses enable_execute_command %j in production", (value) => {
  const open = mutate(synthesizeOne("prod"), SERVICE, { enable_execute_command: value });
  expect(noExecInProduction.violations(open)).toEqual([
    {
      key: "compute.exec",
      message: `${SERVICE} lets people into production tasks, got enable_execute_command true; set it to false`,
    },
  ]);
});
