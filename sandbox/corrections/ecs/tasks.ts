import type { World } from "../../gateway/emulation.ts";
import { missingImage } from "./images.ts";

/** From the decision to run a task until it runs: a network interface, the image, the container. */
const START_MS = 30_000;

interface Rollout {
  /** What the service was last told to run. */
  readonly taskDefinition: string;
  readonly desiredCount: number;
  /** How many ran when it was told. */
  readonly ranBefore: number;
  /** Whether those that ran before are of this task definition. */
  readonly isSame: boolean;
  readonly since: Date;
}

export interface Tasks {
  readonly running: number;
  /** Of those, the ones of the latest deployment. */
  readonly runningNew: number;
  readonly since: Date;
  /** Why no task starts, as an event of the service says it. */
  readonly problem: string | undefined;
}

/** How many tasks of each service run. A task takes a while to start, and does not when its image can't be pulled. */
export class TaskCounts {
  private readonly rollouts = new Map<string, Rollout>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Follows what the service is told by now, and counts. */
  async count(
    region: string,
    arn: string,
    told: { readonly taskDefinition: string; readonly desiredCount: number },
  ): Promise<Tasks> {
    const before = this.rollouts.get(arn);
    const isTold =
      before?.desiredCount === told.desiredCount && before.taskDefinition === told.taskDefinition;
    const ranBefore = before === undefined ? 0 : (await this.evaluate(region, before)).running;
    const rollout =
      before !== undefined && isTold
        ? before
        : {
            ...told,
            ranBefore,
            isSame: before === undefined || before.taskDefinition === told.taskDefinition,
            since: this.world.clock.now(),
          };
    this.rollouts.set(arn, rollout);
    return this.evaluate(region, rollout);
  }

  forget(arn: string): void {
    this.rollouts.delete(arn);
  }

  private async evaluate(region: string, rollout: Rollout): Promise<Tasks> {
    const { desiredCount, ranBefore, isSame, since, taskDefinition } = rollout;
    const kept = Math.min(desiredCount, ranBefore);
    const isDue = this.world.clock.now().getTime() - since.getTime() >= START_MS;
    const needsStart = !isSame || desiredCount > kept;
    const problem =
      isDue && needsStart && desiredCount > 0
        ? await missingImage(this.world, region, taskDefinition)
        : undefined;
    const hasStarted = isDue && problem === undefined;
    return {
      running: hasStarted ? desiredCount : kept,
      runningNew: hasStarted ? desiredCount : isSame ? kept : 0,
      since,
      problem,
    };
  }
}
