import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget/index.js";
import { Construct } from "constructs";
import type { Names } from "../naming/names.ts";
import { CostGate } from "./cost-gate.ts";
import type { BudgetConfig } from "./schema.ts";

interface BudgetProps {
  readonly config: BudgetConfig;
  readonly names: Names;
  /** Value of the tag Environment, by which the cost is told apart. */
  readonly environment: string;
  /** The environment's file, for the message of the cost gate. */
  readonly file: string;
  readonly topicArn: string;
  /** Refuse a plan whose estimated cost is above the limit. An incident is never blocked by a budget (T45). */
  readonly costGate: boolean;
}

/** What an environment may cost: told while it happens, and checked before it is applied. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, props: BudgetProps) {
    super(scope, id);
    const { config, names, environment, file, topicArn, costGate } = props;
    const recipients = {
      comparisonOperator: "GREATER_THAN",
      thresholdType: "PERCENTAGE",
      subscriberSnsTopicArns: [topicArn],
      subscriberEmailAddresses: [...config.emails],
    };
    new BudgetsBudget(this, "monthly", {
      name: names.of("monthly"),
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(config.monthlyLimitUsd),
      limitUnit: "USD",
      // Tags of ours carry the prefix `user:`, and the key ends at the dollar sign (T31).
      costFilter: [{ name: "TagKeyValue", values: [`user:Environment$${environment}`] }],
      notification: [
        { ...recipients, notificationType: "ACTUAL", threshold: config.warningPercent },
        { ...recipients, notificationType: "FORECASTED", threshold: 100 },
      ],
    });
    new CostGate(this, "cost-gate", { limitUsd: config.monthlyLimitUsd, file, closed: costGate });
  }
}
