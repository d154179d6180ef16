/** What this machine can do for the tests, found out once. */
export interface Machine {
  /** Why `terraform validate` can't run; empty when it can. */
  readonly cannotValidate: readonly string[];
  /** Why `terraform plan` can't run; empty when it can. */
  readonly cannotPlan: readonly string[];
  /** For Terraform: the emulated AWS, if there is one, and where its provider comes from. */
  readonly env: Readonly<Record<string, string>>;
}

declare module "vitest" {
  interface ProvidedContext {
    machine: Machine;
  }
}

/** A title that says why its tests are skipped. */
export const titled = (title: string, reasons: readonly string[]): string =>
  reasons.length === 0 ? title : `${title} (${reasons.join("; ")})`;
