import type { RecoveryContext } from "../../src/recovery/steps/step.ts";
import {
  ApplyFailed,
  type PlannedChange,
  type PlanOptions,
  type TerraformPlan,
} from "../../src/recovery/terraform/terraform.ts";
import type { Complaint } from "../../src/recovery/terraform/events.ts";
import { planJson } from "./plan-json.ts";

type Values = Readonly<Record<string, unknown>>;

/** Something that AWS has. */
export interface Thing {
  readonly type: string;
  readonly id: string;
  readonly values: Values;
}

/** A stack, its state and what AWS has: they differ after an apply that was cut off. */
export class CutOffStack {
  /** Ids by address. */
  readonly state = new Map<string, string>();
  readonly tainted = new Set<string>();
  readonly applied: string[] = [];

  constructor(
    /** Arguments by address, as the files have them. */
    readonly wanted: Readonly<Record<string, Values>>,
    readonly things: Thing[],
    /** What AWS refuses to make, and in which words. */
    private readonly refuses: (type: string, values: Values) => string | undefined,
  ) {}

  terraform(): Pick<RecoveryContext["terraform"], "plan" | "apply" | "drop"> {
    return {
      plan: async (stack, options) => this.plan(stack, options),
      apply: async ({ changes }) => {
        const complaints = changes.flatMap((change) => this.change(change));
        if (complaints.length === 0) return;
        const words = complaints.map(({ text }) => text).join("; ");
        throw new ApplyFailed(`terraform apply failed: ${words}`, "it stays", [], complaints);
      },
      drop: async (_, { type, name }) => {
        this.state.delete(`${type}.${name}`);
        this.tainted.delete(`${type}.${name}`);
      },
    };
  }

  private change({ address, type, actions }: PlannedChange): readonly Complaint[] {
    this.applied.push(`${actions.join()} ${address}`);
    const values = this.wanted[address] ?? {};
    const imported = this.imports.find((one) => one.address === address);
    if (actions[0] === "import" && imported !== undefined) {
      this.state.set(address, imported.id);
      return [];
    }
    const refusal = this.refuses(type, values);
    if (refusal !== undefined) return [{ address, text: refusal }];
    const id = `new-${this.things.length}`;
    this.things.push({ type, id, values });
    this.state.set(address, id);
    return [];
  }

  private imports: NonNullable<PlanOptions["imports"]> = [];

  private plan(stack: string, { imports = [] }: PlanOptions = {}): TerraformPlan {
    this.imports = imports;
    const planned = Object.keys(this.wanted).flatMap((address) => this.planned(address));
    return {
      stack,
      file: "plan",
      json: planJson(planned.map(({ shown }) => shown)),
      changes: planned.map(({ change }) => change),
    };
  }

  private planned(address: string): { readonly shown: unknown; readonly change: PlannedChange }[] {
    const after = this.wanted[address];
    const [type = ""] = address.split(".");
    const shown = (actions: readonly string[], before: Values | null, more: object = {}) => ({
      address,
      mode: "managed",
      type,
      change: { actions, before, after, ...more },
    });
    if (this.tainted.has(address)) {
      const before = this.things.find(({ id }) => id === this.state.get(address))?.values ?? {};
      const actions = ["delete", "create"];
      return [
        {
          shown: { ...shown(actions, before), action_reason: "replace_because_tainted" },
          change: { address, type, actions },
        },
      ];
    }
    if (this.state.has(address)) return [];
    const id = this.imports.find((one) => one.address === address)?.id;
    const existing = this.things.find((one) => one.type === type && one.id === id);
    if (existing === undefined)
      return [{ shown: shown(["create"], null), change: { address, type, actions: ["create"] } }];
    return [
      {
        shown: shown(["no-op"], existing.values, { importing: { id } }),
        change: { address, type, actions: ["import"] },
      },
    ];
  }
}
