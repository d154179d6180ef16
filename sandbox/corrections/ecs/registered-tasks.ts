import { saidOfTargets } from "../../emulations/route53/target-health.ts";
import type { Emulation, World } from "../../gateway/emulation.ts";
import { readForm } from "../../gateway/input.ts";
import { queryReply, readReply } from "../../gateway/reply.ts";
import type { EcsServices } from "./services.ts";

const NAMESPACE = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

/** moto starts no tasks, and so registers none: those that run are targets here, healthy unless a test says otherwise. */
export function registeredTasks(world: World, services: EcsServices): Emulation {
  const said = saidOfTargets(world);
  return {
    service: "elasticloadbalancing",
    handles: ({ action }) => action === "DescribeTargetHealth",
    async handle(call, forward) {
      const targetGroupArn = (await readForm(call)).get("TargetGroupArn") ?? "";
      const { reply, text } = await readReply(await forward());
      if (reply.status !== 200 || text.includes("<member>")) return reply;
      const ports = await services.registered(world, call.region, targetGroupArn);
      const healthy = said.get(targetGroupArn) ?? true;
      const members = ports.map((port, index) => target(`10.0.0.${index + 10}`, port, healthy));
      return queryReply(
        "DescribeTargetHealth",
        NAMESPACE,
        `<TargetHealthDescriptions>${members.join("")}</TargetHealthDescriptions>`,
      );
    },
  };
}

function target(id: string, port: number, healthy: boolean): string {
  const health = healthy
    ? "<State>healthy</State>"
    : "<State>unhealthy</State><Reason>Target.ResponseCodeMismatch</Reason><Description>Health checks failed with these codes: [503]</Description>";
  return `<member><Target><Id>${id}</Id><Port>${port}</Port></Target><HealthCheckPort>${port}</HealthCheckPort><TargetHealth>${health}</TargetHealth></member>`;
}
