import {
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
  paginateListServices,
} from "@aws-sdk/client-ecs";
import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import type { Emulation, World } from "../../gateway/emulation.ts";
import { readJson } from "../../gateway/input.ts";
import { readReply, type Reply } from "../../gateway/reply.ts";
import { given, placement, settingsSchema, type Settings } from "./settings.ts";
import { TaskCounts } from "./tasks.ts";

const deployment = z.looseObject({ id: z.string() });
const service = z.looseObject({
  serviceArn: z.string(),
  serviceName: z.string(),
  taskDefinition: z.string().default(""),
  desiredCount: z.number(),
  deployments: z.array(deployment).default([]),
  events: z.array(z.unknown()).default([]),
});
type Service = z.output<typeof service>;

const one = z.looseObject({ service });
const many = z.looseObject({ services: z.array(service) });
/** A service that registers its tasks with a load balancer. */
const registering = z.looseObject({
  ...service.shape,
  loadBalancers: z
    .array(z.looseObject({ targetGroupArn: z.string().optional(), containerPort: z.number().optional() }))
    .default([]),
});
const clusters = z.looseObject({ clusterArns: z.array(z.string()).default([]) });

const HANDLED = new Set(["CreateService", "UpdateService", "DescribeServices"]);

/**
 * moto forgets most of a service's settings, of which the capacity providers would have every plan replace it, and starts
 * no task. Here a service keeps what it is told, and its tasks run when they can.
 */
export class EcsServices {
  private readonly settings = new Map<string, Settings>();
  private readonly tasks: TaskCounts;

  constructor(world: World) {
    this.tasks = new TaskCounts(world);
  }

  /** Ports of the running tasks that are registered with a target group. */
  async registered(world: World, region: string, targetGroupArn: string): Promise<readonly number[]> {
    const ecs = new ECSClient(world.moto.client(region));
    const { clusterArns } = clusters.parse(await ecs.send(new ListClustersCommand({})));
    const ports: number[] = [];
    for (const cluster of clusterArns) {
      for await (const { serviceArns = [] } of paginateListServices({ client: ecs }, { cluster })) {
        if (serviceArns.length === 0) continue;
        const described = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
        for (const each of z.array(registering).parse(described.services ?? [])) {
          const group = each.loadBalancers.find((balancer) => balancer.targetGroupArn === targetGroupArn);
          if (group === undefined) continue;
          const { running } = await this.tasks.count(region, each.serviceArn, each);
          ports.push(...Array.from({ length: running }, () => group.containerPort ?? 80));
        }
      }
    }
    return ports;
  }

  emulation(): Emulation {
    return {
      service: "ecs",
      handles: ({ action }) => HANDLED.has(action),
      handle: (call, forward) => this.answer(call, forward),
    };
  }

  private async answer(call: Call, forward: () => Promise<Reply>): Promise<Reply> {
    const { reply, text } = await readReply(await forward());
    if (reply.status !== 200) {
      return reply;
    }
    const answer: unknown = JSON.parse(text);
    const changed = one.safeParse(answer);
    if (changed.success) {
      await this.keep(call, changed.data.service);
      const completed = await this.complete(call.region, changed.data.service);
      return { ...reply, body: JSON.stringify({ ...changed.data, service: completed }) };
    }
    const described = many.parse(answer);
    const services = await Promise.all(described.services.map((each) => this.complete(call.region, each)));
    return { ...reply, body: JSON.stringify({ ...described, services }) };
  }

  private async keep(call: Call, { serviceArn }: Service): Promise<void> {
    const before = call.action === "CreateService" ? undefined : this.settings.get(serviceArn);
    if (before === undefined) {
      this.tasks.forget(serviceArn);
    }
    this.settings.set(serviceArn, { ...before, ...given(await readJson(call, settingsSchema)) });
  }

  private async complete(region: string, incomplete: Service): Promise<unknown> {
    const { serviceArn, taskDefinition, desiredCount } = incomplete;
    const settings = this.settings.get(serviceArn) ?? {};
    const { running, runningNew, since, problem } = await this.tasks.count(region, serviceArn, incomplete);
    const isDone = runningNew === desiredCount;
    const [first, ...others] = incomplete.deployments;
    const primary = first && {
      ...first,
      ...placement(settings),
      taskDefinition,
      desiredCount,
      runningCount: runningNew,
      pendingCount: problem === undefined ? desiredCount - runningNew : 0,
      failedTasks: problem === undefined ? 0 : desiredCount - runningNew,
      updatedAt: since.getTime() / 1000,
      rolloutState: isDone ? "COMPLETED" : "IN_PROGRESS",
      rolloutStateReason: `ECS deployment ${first.id} ${isDone ? "completed" : "in progress"}.`,
    };
    return {
      availabilityZoneRebalancing: "DISABLED",
      enableECSManagedTags: false,
      enableExecuteCommand: false,
      ...incomplete,
      ...settings,
      ...placement(settings),
      runningCount: running,
      pendingCount: problem === undefined ? Math.max(desiredCount - running, 0) : 0,
      deployments: primary === undefined ? [] : [primary, ...others],
      events: [...failures(incomplete, since, problem), ...incomplete.events],
    };
  }
}

/** ECS says that tasks do not start, and a stopped task says why. There are no tasks to ask here, so that the event says both. */
const failures = ({ serviceArn, serviceName }: Service, since: Date, problem: string | undefined) =>
  problem === undefined
    ? []
    : [
        {
          id: `${serviceArn}/start`,
          createdAt: since.getTime() / 1000,
          message: `(service ${serviceName}) is unable to consistently start tasks successfully. ${problem}`,
        },
      ];
