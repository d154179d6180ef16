import { describe, expect, it } from "vitest";
import { estimatesOf } from "../../scripts/ci/estimates.ts";

/** What Infracost writes of a project, as far as it matters here, and some of what does not. */
const project = (name: string, totalMonthlyCost: string | null, errors?: readonly object[]) => ({
  name,
  displayName: "",
  metadata: { path: `cdktf.out/stacks/${name}`, type: "terraform_dir", ...(errors && { errors }) },
  pastBreakdown: { resources: [], totalMonthlyCost: "1.00" },
  breakdown: { resources: [], totalHourlyCost: "0.1", totalMonthlyCost, totalMonthlyUsageCost: "0" },
});
const output = (...projects: readonly object[]) => ({ version: "0.2", currency: "USD", projects });

describe("estimates", () => {
  it("are the monthly cost of each stack, over several files", () => {
    const outputs = [
      output(project("prod", "812.3456"), project("dr", "97")),
      output(project("traffic", "4.5")),
    ];
    expect(estimatesOf(outputs)).toEqual({ prod: 812.3456, dr: 97, traffic: 4.5 });
  });

  it("are not taken in another currency than that of the budgets", () => {
    expect(() => estimatesOf([{ ...output(), currency: "EUR" }])).toThrow(
      "prices are not in USD, got EUR; budgets are, so set INFRACOST_CURRENCY to USD",
    );
  });

  it("are not made up when a stack has no price", () => {
    expect(() => estimatesOf([output(project("dr", null))])).toThrow('dr has no price, got ""');
    expect(() => estimatesOf([output(project("dr", "0", [{ message: "path does not exist" }]))])).toThrow(
      "dr was not priced, got path does not exist",
    );
  });

  it("are not read from something else", () => {
    expect(() => estimatesOf([{ error: "no API key" }])).toThrow("currency");
  });
});
