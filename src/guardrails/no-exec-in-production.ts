import { everyResource } from "./every-resource.ts";
import { isProduction } from "./guardrail.ts";

/** A shell in a task holds the task's rights, and with them the database's password. */
export const noExecInProduction = everyResource({
  name: "no-exec-in-production",
  summary: "in a production environment nobody opens a shell in a running task",
  type: "aws_ecs_service",
  where: isProduction,
  holds: ({ body }) => (body["enable_execute_command"] ?? false) === false,
  otherwise: ({ address, body }) => ({
    key: "compute.exec",
    message: `${address} lets people into production tasks, got enable_execute_command ${String(body["enable_execute_command"])}; set it to false`,
  }),
});
