import type { RegionalAws } from "../../src/aws/port.ts";
import { planJson } from "../support/plan-json.ts";
import type { StateObject } from "../../src/recovery/terraform/adoption.ts";
import type { TerraformPlan } from "../../src/recovery/terraform/terraform.ts";
import type { DrillConfig } from "../../src/drill/schema.ts";
import { loadBalancer } from "../support/memory-service.ts";

const PREFIX = "shop-dr-drill";

/** What a copy is made of, in the order in which Terraform makes it. */
const PARTS = [
  { kind: "database", name: `${PREFIX}-database-1`, type: "aws_db_instance" },
  { kind: "load balancer", name: `${PREFIX}-alb`, type: "aws_lb" },
  { kind: "log group", name: "/shop/dr-drill", type: "aws_cloudwatch_log_group" },
] as const;

/** The copy that a drill makes of the standby, and what its state lists of it. */
export class SimulatedCopy {
  /** Kinds of parts that exist. */
  readonly parts = new Set<string>();
  private readonly listed = new Set<string>();
  private wanted: DrillConfig | undefined;

  /** What the standby's region answers where it is asked for the copy, and for its own otherwise. */
  questions(own: RegionalAws): Partial<RegionalAws> {
    const isOf = (name: string): boolean => name.includes(PREFIX);
    return {
      resourcesNamed: async () =>
        PARTS.filter(({ kind }) => this.parts.has(kind)).map(({ kind, name }) => ({ kind, name })),
      removeLogGroup: async () => void this.parts.delete("log group"),
      loadBalancer: async (name) => {
        if (!isOf(name)) return own.loadBalancer(name);
        return this.parts.has("load balancer") ? { ...loadBalancer, arn: `arn:${name}` } : undefined;
      },
      targets: async (arn) =>
        isOf(arn)
          ? [1, 2, 3].map((id) => ({ id: `${id}`, state: "healthy", reason: undefined }))
          : own.targets(arn),
      service: async (cluster, service) => {
        if (!isOf(cluster)) return own.service(cluster, service);
        const count = this.parts.has("load balancer") ? 3 : 0;
        return { status: "ACTIVE", desiredCount: count, runningCount: count, images: [] };
      },
    };
  }

  /** What the state lists at the database's address. */
  objects(): readonly StateObject[] {
    const { kind, name } = PARTS[0];
    return this.listed.has(kind)
      ? [{ isTainted: false, isDeposed: false, attributes: { identifier: name } }]
      : [];
  }

  synthesize(copy: DrillConfig): void {
    this.wanted = copy;
  }

  plan(stack: string, region: string, isRemoved: boolean): TerraformPlan {
    const point = this.wanted?.recoveryPoint;
    const source = point?.kind === "snapshot" ? { snapshot_identifier: point.snapshotArn } : {};
    const changes = PARTS.filter(({ kind }) => this.listed.has(kind) === isRemoved).map(({ name, type }) => ({
      address: `${type}.copy`,
      mode: "managed",
      type,
      change: {
        actions: [isRemoved ? "delete" : "create"],
        before: isRemoved ? { identifier: name, name, tags_all: { Drill: stack } } : null,
        after: isRemoved ? null : { identifier: name, name, ...source },
      },
    }));
    return {
      stack,
      file: "plan",
      json: planJson(changes, region),
      changes: changes.map(({ address, type, change }) => ({ address, type, actions: change.actions })),
    };
  }

  /** Changes one part after the other, each of which can be the last. */
  async apply(
    { changes }: TerraformPlan,
    change: (what: string, act: () => void) => Promise<void>,
  ): Promise<void> {
    for (const { type, actions } of changes) {
      const part = PARTS.find((one) => one.type === type);
      if (part === undefined) throw new Error(`a copy has no ${type}`);
      const [from] = actions;
      await change(`${from} copy's ${part.kind}`, () => {
        for (const parts of [this.parts, this.listed])
          if (from === "delete") parts.delete(part.kind);
          else parts.add(part.kind);
      });
    }
  }
}
