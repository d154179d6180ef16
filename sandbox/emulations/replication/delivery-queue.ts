import type { World } from "../../gateway/emulation.ts";

interface Delivery {
  readonly dueAt: Date;
  readonly run: () => Promise<void>;
}

/** How often a delivery that waits for a region is tried again. */
const RETRY_MS = 15_000;

/**
 * Deliveries from one region to another, in the order in which they were handed in. A region that is switched off holds
 * the whole queue back: a newer version must not overtake an older one, or the older one would end up on top.
 */
export class DeliveryQueue {
  private deliveries: readonly Delivery[] = [];
  private isRetrying = false;
  private readonly world: World;
  private readonly name: string;
  private readonly regions: readonly string[];

  constructor(world: World, name: string, regions: readonly string[]) {
    this.world = world;
    this.name = name;
    this.regions = regions;
  }

  add(delayMs: number, run: () => Promise<void>): void {
    const dueAt = new Date(this.world.clock.now().getTime() + delayMs);
    this.deliveries = [...this.deliveries, { dueAt, run }];
    this.world.clock.at(dueAt, this.name, () => this.deliver());
  }

  private async deliver(): Promise<void> {
    for (let next = this.deliveries[0]; next !== undefined; next = this.deliveries[0]) {
      if (next.dueAt > this.world.clock.now()) {
        return;
      }
      if (this.regions.some((region) => this.world.isDown(region))) {
        this.retryLater();
        return;
      }
      this.deliveries = this.deliveries.slice(1);
      try {
        await next.run();
      } catch (error) {
        this.world.note(`${this.name} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  private retryLater(): void {
    if (!this.isRetrying) {
      this.isRetrying = true;
      this.world.clock.after(RETRY_MS, `${this.name}, again`, () => {
        this.isRetrying = false;
        return this.deliver();
      });
    }
  }
}

/** One queue for each pair of a source and a destination. */
export class DeliveryQueues {
  private readonly queues = new Map<string, DeliveryQueue>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  between(name: string, regions: readonly string[]): DeliveryQueue {
    const key = `${name} ${regions.join(" ")}`;
    const queue = this.queues.get(key) ?? new DeliveryQueue(this.world, name, regions);
    this.queues.set(key, queue);
    return queue;
  }
}
