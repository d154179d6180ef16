import type { DatabaseInstance } from "../../src/aws/safekeeping.ts";
import type { Activation } from "../../src/activation/schema.ts";
import { loadBalancer, MemoryService } from "../support/memory-service.ts";
import { MemoryDatabases } from "../support/memory-databases.ts";

/** How a region is seen: `cut off` serves its users, and gives the operator no answer. */
export type RegionState = "up" | "dead" | "cut off";

/** What Terraform has written down of a stack. */
export interface StackState {
  database: string | undefined;
  /** Whether a call failed after that was made: the next plan replaces it (T51). */
  isTainted: boolean;
  /** A database that has made way and is not deleted yet. */
  deposed: string | undefined;
  /** The empty database, while it waits at an address that no file names. */
  aside: string | undefined;
  /** The record that the last apply went by. */
  record: Activation | undefined;
}

/** One environment as AWS has it: what runs, who is let in, which databases there are. */
export class SimulatedEnvironment {
  readonly service: MemoryService;
  readonly databases: MemoryDatabases;
  /** Identifiers of databases that users have written to. */
  readonly written = new Set<string>();
  /** What the tasks were told to use. */
  attached: string | undefined;
  isRegion: RegionState = "up";
  readonly stack: StackState;

  constructor(
    readonly name: "prod" | "dr",
    readonly region: string,
    { tasks, open, now, others }: EnvironmentStart,
  ) {
    const prefix = `shop-${name}`;
    this.service = new MemoryService({ prefix, count: tasks, autoscaled: false });
    this.databases = new MemoryDatabases(region, now, others);
    this.attached = `${prefix}-database`;
    this.databases.put(this.attached, { protected: name === "prod", keyArn: this.keyArn });
    this.stack = {
      database: this.attached,
      isTainted: false,
      deposed: undefined,
      aside: undefined,
      record: undefined,
    };
    this.admit(open);
  }

  /** Its data key: what is restored here lies under it. */
  get keyArn(): string {
    return `arn:aws:kms:eu-central-1:111122223333:key/shop-${this.name}-data`;
  }

  /** Rules of the load balancer's own group. */
  admit(isPublic: boolean): void {
    const [own, closed] = [`shop-${this.name}-alb`, "default"];
    this.service.groups = [
      { id: "sg-alb", name: own, admits: isPublic ? ["0.0.0.0/0"] : [] },
      { id: "sg-default", name: closed, admits: [] },
    ];
  }

  get balancer(): typeof loadBalancer {
    return {
      ...loadBalancer,
      arn: `arn:aws:elasticloadbalancing:${this.region}:111122223333:loadbalancer/app/shop-${this.name}-alb/1`,
      dnsName: `shop-${this.name}-alb-1.${this.region}.elb.amazonaws.com`,
      securityGroupIds: [...this.service.groupIds],
    };
  }

  database(identifier: string | undefined): DatabaseInstance | undefined {
    return identifier === undefined ? undefined : this.databases.instances.get(identifier);
  }

  /** Whether tasks run and reach a database. */
  get isRunning(): boolean {
    return (
      this.isRegion !== "dead" &&
      this.service.count > 0 &&
      this.database(this.attached)?.status === "available"
    );
  }

  /** Whether users who ask it are let in. */
  get isOpen(): boolean {
    const own = this.service.groups.find(({ id }) => this.service.groupIds.includes(id));
    return own !== undefined && own.admits.length > 0;
  }

  /** Whether it takes writes from users who are led here. */
  get serves(): boolean {
    return this.isRunning && this.isOpen;
  }
}

interface EnvironmentStart {
  readonly tasks: number;
  readonly open: boolean;
  readonly now: () => Date;
  readonly others: readonly MemoryDatabases[];
}
