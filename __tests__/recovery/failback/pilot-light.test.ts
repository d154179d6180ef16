import { describe, expect, it } from "vitest";
import { applyPilotLight } from "../../../src/recovery/steps/pilot-light.ts";
import type { RecoveryContext } from "../../../src/recovery/steps/step.ts";
import type { PlannedChange } from "../../../src/recovery/terraform/terraform.ts";
import { planJson } from "../../support/plan-json.ts";
import { FailbackStage } from "./context.ts";

const DATABASE = "aws_db_instance.database_instance";
const INCARNATION = "terraform_data.database_incarnation";
const RULE = "aws_vpc_security_group_ingress_rule.ingress_https";
const EMPTY = "shop-dr-database";

/** A standby whose return to pilot light was killed with its Terraform. */
class CutOff {
  readonly stage = new FailbackStage();
  /** What was done to the state, in order. */
  readonly done: string[] = [];

  async goOn(): Promise<string> {
    const context = await this.stage.context();
    const terraform: RecoveryContext["terraform"] = {
      ...context.terraform,
      plan: async (stack, options = {}) => {
        const changes = this.changes(options.refresh ?? false).filter(
          ({ address }) => options.targets?.includes(address) ?? true,
        );
        return { stack, file: "plan", json: planOf(changes), changes };
      },
      apply: async ({ changes }) => {
        for (const { address } of changes) this.made.add(address);
        this.done.push(`made ${changes.map(({ address }) => address).join(", ")}`);
      },
      adopt: async (_, __, identifier) => {
        this.done.push(`adopted ${identifier}`);
        this.manage(identifier);
      },
      release: async (_, addresses) => {
        this.done.push(`forgot ${addresses.join(", ")}`);
        for (const address of addresses) this.stage.managed.delete(address);
      },
    };
    // What is being deleted is gone after a while.
    const pause = async (milliseconds: number): Promise<void> => {
      this.stage.clock += milliseconds;
      if (this.stage.away.instances.get(EMPTY)?.status === "deleting")
        this.stage.away.instances.delete(EMPTY);
    };
    return applyPilotLight({ ...context, terraform, pause }, [], undefined);
  }

  manage(identifier: string): void {
    this.stage.managed.set(DATABASE, { identifier, master_user_secret: [{ secret_arn: "arn:secret" }] });
  }

  private readonly made = new Set<string>();

  /** The rule is gone as soon as AWS is asked. */
  private changes(asksAws: boolean): readonly PlannedChange[] {
    const [rule, incarnation] = [this.stage.managed.has(RULE) && !asksAws, !this.made.has(INCARNATION)];
    return [
      ...(rule ? [change(RULE, "delete")] : []),
      ...(incarnation ? [change(INCARNATION, "create")] : []),
    ];
  }
}

const change = (address: string, action: string): PlannedChange => ({
  address,
  type: address.split(".")[0] ?? "",
  actions: [action],
});

/** As much of a plan as the guard looks at. */
const planOf = (changes: readonly PlannedChange[]): unknown =>
  planJson(
    changes.map(({ address, type, actions }) => ({
      address,
      mode: "managed",
      type,
      change: { actions, before: null, after: {} },
    })),
  );

describe("a return to pilot light that was killed with its Terraform", () => {
  it("takes in the empty database that no state knows of, and forgets what was removed", async () => {
    const cutOff = new CutOff();
    cutOff.stage.away.put(EMPTY, { protected: false });
    cutOff.stage.managed.set(RULE, {});
    await cutOff.goOn();
    expect(cutOff.done).toEqual([`made ${INCARNATION}`, `adopted ${EMPTY}`, `forgot ${RULE}`]);
  });

  it("makes what would replace the database before there is one, and with it where another one is to go", async () => {
    // Terraform would rename the other one otherwise, data and all.
    const cutOff = new CutOff();
    cutOff.stage.away.put(EMPTY, { protected: false });
    cutOff.manage("shop-dr-database-0a1b2c3d");
    await cutOff.goOn();
    expect(cutOff.done).toEqual([`adopted ${EMPTY}`, `made ${INCARNATION}`]);
  });

  it("has nothing to take in where the state knows it, where there is none, or where it is just going", async () => {
    const [known, none, going] = [new CutOff(), new CutOff(), new CutOff()];
    known.stage.away.put(EMPTY, { protected: false });
    known.manage(EMPTY);
    going.stage.away.put(EMPTY, { protected: false, status: "deleting" });
    for (const cutOff of [known, none, going]) {
      await cutOff.goOn();
      expect(cutOff.done).toEqual([`made ${INCARNATION}`]);
    }
  });

  it("takes no database for empty that somebody has protected", async () => {
    const cutOff = new CutOff();
    cutOff.stage.away.put(EMPTY, { protected: true });
    await expect(cutOff.goOn()).rejects.toThrow(
      "shop-dr-database is there already, protected, and no state knows of it: it is not taken for an empty database",
    );
    expect(cutOff.done).toEqual([]);
  });
});
