import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Emulation, World } from "../../gateway/emulation.ts";
import { readJson } from "../../gateway/input.ts";
import { jsonReply } from "../../gateway/reply.ts";
import { moto } from "../keys.ts";
import { deliver } from "./deliver.ts";
import { matchesPattern } from "./event-pattern.ts";

/** An event as EventBridge hands it to targets. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly source: string;
  readonly "detail-type": string;
  readonly account: string;
  readonly region: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

const rules = z.object({
  Rules: z
    .array(z.object({ Name: z.string(), State: z.string().optional(), EventPattern: z.string().optional() }))
    .default([]),
});
const targets = z.object({
  Targets: z
    .array(
      z.object({
        Arn: z.string(),
        Input: z.string().optional(),
        InputTransformer: z
          .object({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string() })
          .optional(),
      }),
    )
    .default([]),
});
export type Target = z.output<typeof targets>["Targets"][number];

const entries = z.object({
  Entries: z.array(
    z.object({
      Source: z.string().optional(),
      DetailType: z.string().optional(),
      Detail: z.string().optional(),
      Resources: z.array(z.string()).optional(),
      EventBusName: z.string().optional(),
    }),
  ),
});

/** The default event bus of each region. moto keeps rules and targets, but fails when a target is an SNS topic. */
export class EventBus {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Hands an event of AWS's own, or of a caller, to the targets of the rules that it fits. */
  async put(
    region: string,
    event: Pick<BusEvent, "source" | "detail-type" | "resources" | "detail">,
  ): Promise<string> {
    const full: BusEvent = {
      version: "0",
      id: randomUUID(),
      account: this.world.account,
      region,
      time: `${this.world.clock.now().toISOString().slice(0, 19)}Z`,
      ...event,
    };
    const known = rules.parse(await moto(this.world, region, "events", "AWSEvents.ListRules", {}));
    for (const rule of known.Rules) {
      const pattern: unknown = JSON.parse(rule.EventPattern ?? "null");
      if (rule.State !== "DISABLED" && matchesPattern(pattern, full)) {
        const found = await moto(this.world, region, "events", "AWSEvents.ListTargetsByRule", {
          Rule: rule.Name,
        });
        for (const target of targets.parse(found).Targets) {
          await deliver(this.world, this, region, target, full);
        }
      }
    }
    return full.id;
  }

  /** PutEvents on the default bus. */
  emulation(): Emulation {
    return {
      service: "events",
      handles: ({ action }) => action === "PutEvents",
      handle: async (call) => {
        const { Entries } = await readJson(call, entries);
        if (
          Entries.some(
            ({ EventBusName }) => EventBusName !== undefined && !/(^|\/)default$/.test(EventBusName),
          )
        ) {
          return "pass";
        }
        const results: unknown[] = [];
        for (const entry of Entries) {
          const { Source = "", DetailType = "", Detail = "", Resources = [] } = entry;
          const detail = parse(Detail);
          results.push(
            Source === "" || DetailType === "" || detail === undefined
              ? {
                  ErrorCode: "InvalidArgument",
                  ErrorMessage: "Source, DetailType and a JSON Detail are required.",
                }
              : {
                  EventId: await this.put(call.region, {
                    source: Source,
                    "detail-type": DetailType,
                    resources: Resources,
                    detail,
                  }),
                },
          );
        }
        const FailedEntryCount = results.filter((result) =>
          JSON.stringify(result).includes("ErrorCode"),
        ).length;
        return jsonReply({ FailedEntryCount, Entries: results });
      },
    };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
