import type { Alarm, FencingAws, SecurityGroup, TaskScaling } from "../../src/aws/fencing.ts";
import type { RegionalAws } from "../../src/aws/port.ts";
import type { GroupSizes } from "../../src/compute/scale.ts";

/** A load balancer that works. */
export const loadBalancer = {
  arn: "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/shop-dr-alb/1",
  state: "active",
  dnsName: "shop-dr-alb-1.eu-central-1.elb.amazonaws.com",
  zoneId: "Z215JYRZR1TBD5",
  vpcId: "vpc-1",
  securityGroupIds: ["sg-alb"],
  listenerPorts: [80, 443],
};

/** One service that changes take effect on, as AWS lets them. */
export class MemoryService {
  count: number;
  scaling: TaskScaling | undefined;
  groupIds: readonly string[] = ["sg-alb"];
  groups: readonly SecurityGroup[];
  alarmStates: readonly Alarm[];
  /** Sizes that were asked for, by group. */
  readonly sizes = new Map<string, GroupSizes>();
  /** What was changed, in order. */
  readonly changes: string[] = [];

  constructor({
    prefix = "shop-prod",
    count = 3,
    autoscaled = true,
    alarmStates = [],
    isOpen = true,
  }: {
    readonly prefix?: string;
    readonly count?: number;
    readonly autoscaled?: boolean;
    readonly alarmStates?: readonly Alarm[];
    /** Whether its own group admits users; a pilot light's admits nobody. */
    readonly isOpen?: boolean;
  } = {}) {
    this.count = count;
    this.scaling = autoscaled ? { min: 3, max: 12, suspended: false } : undefined;
    this.alarmStates = alarmStates;
    this.groups = [
      { id: "sg-alb", name: `${prefix}-alb`, admits: isOpen ? ["0.0.0.0/0"] : [] },
      { id: "sg-default", name: "default", admits: [] },
    ];
  }

  /** The questions of the region that it runs in. */
  questions(): FencingAws & Pick<RegionalAws, "service" | "loadBalancer" | "instanceGroup" | "nodeGroup"> {
    return {
      service: async () => ({
        status: "ACTIVE",
        desiredCount: this.count,
        runningCount: this.count,
        images: [],
      }),
      loadBalancer: async () => ({ ...loadBalancer, securityGroupIds: this.groupIds }),
      instanceGroup: async (name) => this.sized(name),
      nodeGroup: async (_, name) => ({
        clusterStatus: "ACTIVE",
        status: "ACTIVE",
        desiredCount: this.sized(name).desiredCount,
        groups: [],
        problems: [],
      }),
      taskScaling: async () => this.scaling,
      suspendTaskScaling: async (_, __, suspended) => {
        if (this.scaling === undefined) throw new Error("nothing scales it");
        this.changes.push(suspended ? "suspend" : "resume");
        this.scaling = { ...this.scaling, suspended };
        // A registration moves the count into the bounds, whoever makes it.
        this.count = Math.min(Math.max(this.count, this.scaling.min), this.scaling.max);
      },
      setTaskCount: async (_, __, count) => {
        this.changes.push(`count ${count}`);
        this.count = count;
      },
      resizeInstanceGroup: async (name, sizes) => this.resize(name, sizes),
      resizeNodeGroup: async (_, name, sizes) => this.resize(name, sizes),
      securityGroups: async (_, names) => this.groups.filter(({ name }) => names.includes(name)),
      setLoadBalancerGroups: async (_, ids) => {
        this.changes.push(`groups ${ids.join(",")}`);
        this.groupIds = ids;
      },
      alarms: async (prefix) => this.alarmStates.filter(({ name }) => name.startsWith(prefix)),
    };
  }

  private sized(name: string): { readonly desiredCount: number; readonly inServiceCount: number } {
    const desired = this.sizes.get(name)?.desired ?? this.count;
    return { desiredCount: desired, inServiceCount: desired };
  }

  private resize(name: string, sizes: GroupSizes): void {
    this.changes.push(`${name} ${sizes.min}/${sizes.desired}/${sizes.max}`);
    this.sizes.set(name, sizes);
  }
}
