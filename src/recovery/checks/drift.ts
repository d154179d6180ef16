import { type Check, pass, warn } from "./check.ts";

/** Changes past Terraform; Terraform finds them, at the price of a full refresh. */
export const drift: Check = {
  id: "drift",
  asks: "is the standby as its configuration says, down to every resource",
  because: "what was changed by hand comes back, or breaks, in the apply of the recovery",
  remedy: "read the plan, then apply it or take the change over into the file",
  side: "standby",
  goesByPosture: true,
  patienceMs: 15 * 60_000,
  inapplicable: (_, { drift }) =>
    drift === undefined ? "takes minutes; ask for it with --drift" : undefined,
  async run({ subject, drift }) {
    if (drift === undefined) throw new Error("nobody asked for drift");
    const { changes } = await drift();
    if (changes.length === 0) return pass("the plan is empty", { changes: 0 });
    const [first = "", ...others] = changes;
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return warn(`the plan would change ${first}${more}`, `npx cdktf diff ${subject.standby.name}`, {
      changes: changes.length,
    });
  },
};
