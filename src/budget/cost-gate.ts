import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

interface CostGateProps {
  /** Hard limit in USD a month. */
  readonly limitUsd: number;
  /** The file to change, for the message. */
  readonly file: string;
  /** Whether a higher estimate fails the plan. */
  readonly closed: boolean;
}

/** Part of the stacks' interface: CI sets `TF_VAR_estimated_monthly_cost_usd`. */
const VARIABLE = "estimated_monthly_cost_usd";

/** Takes an estimate of the monthly cost from outside and, when closed, fails the plan that exceeds the limit. */
export class CostGate extends Construct {
  constructor(scope: Construct, id: string, { limitUsd, file, closed }: CostGateProps) {
    super(scope, id);
    const estimate = new TerraformVariable(this, "estimate", {
      type: "number",
      description:
        "estimated monthly cost of the environment in USD, as infracost puts it; null when unknown",
      nullable: true,
    });
    estimate.overrideLogicalId(VARIABLE);
    // CDKTF drops a default of null, which would make every plan ask for a value.
    estimate.addOverride("default", null);
    if (!closed) return;
    estimate.addValidation({
      condition: `\${var.${VARIABLE} == null ? true : var.${VARIABLE} <= ${limitUsd}}`,
      errorMessage: `${file}: budget.monthlyLimitUsd: estimated cost is above the limit of ${limitUsd} USD a month, got \${coalesce(var.${VARIABLE}, 0)}; make the environment cheaper or raise the limit`,
    });
  }
}
