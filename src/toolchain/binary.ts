type Env = Readonly<Record<string, string | undefined>>;

/** What is run as Terraform: `TERRAFORM_BINARY`, such as `tofu` or a path; else what cdktf is told; else `terraform`. */
export const terraformBinary = (env: Env): string =>
  env["TERRAFORM_BINARY"] || env["TERRAFORM_BINARY_NAME"] || "terraform";

/** One line for whoever has it not. */
export const missingBinary = (binary: string): string =>
  binary === "terraform"
    ? "terraform is not on the PATH; install it, 1.11 or newer, or name another binary in TERRAFORM_BINARY"
    : `${binary} can't be run; TERRAFORM_BINARY names it: correct it, or unset it to take terraform`;
