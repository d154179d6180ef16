import { z } from "zod";
import { email, section } from "../config/fields.ts";

/** More than anybody spends, and far from where a number is written with an exponent. */
const LARGEST_USD = 1_000_000_000;

/** What an environment may cost in a month. */
export const budgetSchema = section({
  monthlyLimitUsd: z
    .number()
    .positive()
    .max(LARGEST_USD)
    // AWS takes digits and a point, and JavaScript writes small and large numbers with an exponent.
    .refine((limit) => /^\d+(\.\d{1,2})?$/.test(String(limit)), {
      error: "has more than two decimals; write whole cents",
    })
    .describe("hard limit in USD a month; a forecast above it is reported"),
  warningPercent: z
    .int()
    .min(1)
    .max(99)
    .default(80)
    .describe("share of the limit at which actual cost is reported"),
  emails: z
    .array(email())
    // Source: the model of AWS Budgets, "Subscribers", 11 of which the topic is one.
    .max(10)
    .refine((emails) => new Set(emails).size === emails.length, {
      error: "an address is named twice; name each once",
    })
    .default([])
    .describe("addresses that receive budget messages besides the topic"),
}).describe("monthly budget and cost gate");

/**
 * Tags that billing tells costs apart by; a setting of the account, so `bootstrap` makes it.
 *
 * None by default: only the account that pays may activate a tag, and only a day after something first carried it.
 */
export const costAllocationTagsSchema = z
  .array(z.enum(["Project", "Environment", "Service", "Owner", "CostCenter"]))
  .refine((tags) => new Set(tags).size === tags.length, { error: "a tag is named twice; name each once" })
  .default([])
  .describe(
    "tags to activate for cost allocation; budgets need Environment. Only in the account that pays, a day after the first apply (T31)",
  );

/** A tag of every resource that billing can tell costs apart by. */
export type CostAllocationTag = z.output<typeof costAllocationTagsSchema>[number];

/** Validated budget settings. */
export type BudgetConfig = z.output<typeof budgetSchema>;
