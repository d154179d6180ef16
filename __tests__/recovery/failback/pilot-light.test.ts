import { describe, expect, it } from "vitest";
import { applyPilotLight } from "../../../src/recovery/steps/pilot-light.ts";
import type { RecoveryContext } from "../../../src/recovery/steps/step.ts";
import { FailbackStage } from "./context.ts";

const DATABASE = "aws_db_instance.database_instance";
const RULE = "aws_vpc_security_group_ingress_rule.ingress_https";
const EMPTY = "shop-dr-database";

/** A standby whose return to pilot light was killed with its Terraform. */
class CutOff {
  readonly stage = new FailbackStage();
  readonly adopted: unknown[] = [];

  async goOn(): Promise<string> {
    const context = await this.stage.context();
    const terraform: RecoveryContext["terraform"] = {
      ...context.terraform,
      // The rule is gone as soon as AWS is asked.
      plan: async (stack, options) => {
        const changes =
          this.stage.managed.has(RULE) && options?.refresh !== true
            ? [{ address: RULE, type: "aws_vpc_security_group_ingress_rule", actions: ["delete"] }]
            : [];
        return { stack, file: "plan", json: {}, changes };
      },
      adopt: async (...args) => {
        this.adopted.push(args);
        this.manage(EMPTY);
      },
    };
    return applyPilotLight({ ...context, terraform }, [], undefined);
  }

  manage(identifier: string): void {
    this.stage.managed.set(DATABASE, { identifier, master_user_secret: [{ secret_arn: "arn:secret" }] });
  }
}

describe("a return to pilot light that was killed with its Terraform", () => {
  it("takes in the empty database that no state knows of, and forgets what was removed", async () => {
    const cutOff = new CutOff();
    cutOff.stage.away.put(EMPTY, { protected: false });
    cutOff.stage.managed.set(RULE, {});
    await cutOff.goOn();
    expect(cutOff.adopted).toEqual([
      ["dr", { type: "aws_db_instance", name: "database_instance" }, EMPTY, {}],
    ]);
    expect([...cutOff.stage.managed.keys()]).toEqual([DATABASE]);
  });

  it("has nothing to take in where the state knows it, or where there is none", async () => {
    const [known, none] = [new CutOff(), new CutOff()];
    known.stage.away.put(EMPTY, { protected: false });
    known.manage(EMPTY);
    for (const cutOff of [known, none]) {
      expect(await cutOff.goOn()).toBe("dr was as its files say already");
      expect(cutOff.adopted).toEqual([]);
    }
  });

  it("takes no database for empty that somebody has protected", async () => {
    const cutOff = new CutOff();
    cutOff.stage.away.put(EMPTY, { protected: true });
    await expect(cutOff.goOn()).rejects.toThrow(
      "shop-dr-database is there already, protected, and no state knows of it: it is not taken for an empty database",
    );
    expect(cutOff.adopted).toEqual([]);
  });
});
