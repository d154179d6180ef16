import { describe, expect, it } from "vitest";
import type { Tools } from "../../../src/recovery/checks/check.ts";
import { terraformRange, toolchain } from "../../../src/toolchain/toolchain.ts";
import { findBy, inquire, line } from "../../support/inquiry.ts";
import { TOOLS } from "../../support/protected-pair.ts";
import {
  type Answers,
  healthyObjects,
  NOW,
  PRIMARY_BUCKET,
  silentRegion,
  STANDBY_BUCKET,
  terraformState,
} from "../../support/memory-aws.ts";

const { terraform, provider: pinned } = toolchain();
const HERE = `terraform ${terraform}, provider ${pinned}`;
const state = (provider: string | undefined, wrote: string = terraform) => ({
  ...terraformState(7, provider === undefined ? {} : { provider_version: provider }),
  ...(provider === undefined && { outputs: {} }),
  terraform_version: wrote,
});
const dr = (one: object): Answers => ({
  objects: healthyObjects().put(STANDBY_BUCKET, { "shop/dr/terraform.tfstate": one }, NOW),
});
const prod = (one: object): Answers => ({
  objects: healthyObjects().put(PRIMARY_BUCKET, { "shop/prod/terraform.tfstate": one }, NOW),
});
const check = (answers: Answers, tools: Partial<Tools> = {}) =>
  findBy("toolchain", { ...inquire({}, answers), tools: async () => ({ ...TOOLS, ...tools }) });

describe("toolchain", () => {
  it.each<[string, Answers, Partial<Tools>]>([
    [`pass: ${HERE}`, {}, {}],
    [
      "fail: terraform is not on the PATH; install it, 1.11 or newer, or name another binary in TERRAFORM_BINARY",
      {},
      { version: undefined },
    ],
    [
      "fail: tofu can't be run; TERRAFORM_BINARY names it: correct it, or unset it to take terraform",
      {},
      { binary: "tofu", version: undefined },
    ],
    [`fail: terraform 1.10.5; the stacks take ${terraformRange(toolchain())}`, {}, { version: "1.10.5" }],
    [
      `fail: ${HERE}; dr was applied with provider 6.999.0, whose state an older one can't read`,
      dr(state("6.999.0")),
      {},
    ],
    [`warn: ${HERE}; the state of dr does not say which provider wrote it`, dr(state(undefined)), {}],
    [`warn: ${HERE}; the state of dr does not say which provider wrote it`, dr(state("$(id)")), {}],
    [
      `warn: ${HERE}; dr was applied with 5.99.0 last: a recovery would be the first to use the new one`,
      dr(state("5.99.0")),
      {},
    ],
    [`warn: ${HERE}; dr was applied with Terraform 1.99.0 last`, dr(state(pinned, "1.99.0")), {}],
    [
      `warn: terraform 1.98.0, provider ${pinned}; toolchain.json names Terraform ${terraform}`,
      {},
      { version: "1.98.0" },
    ],
    [
      `pass: tofu 1.50.0, provider ${pinned}`,
      dr(state(pinned, "1.99.0")),
      { binary: "tofu", version: "1.50.0" },
    ],
    [
      `warn: ${HERE}; prod was applied with provider 6.999.0, whose state an older one can't read`,
      prod(state("6.999.0")),
      {},
    ],
    [`pass: ${HERE}`, { primary: silentRegion("eu-west-1", "unreachable") }, {}],
    [
      `warn: ${HERE}, which is not on this machine yet: a recovery would have to download it`,
      {},
      { hasProvider: false },
    ],
  ])("%s", async (expected, answers, tools) => {
    expect(line(await check(answers, tools))).toBe(expected);
  });

  it("pastes the versions that were applied, and no other text of a state", async () => {
    const { remedy } = await check(dr(state("6.999.0", "1.99.0")));
    expect(remedy).toContain("npm run toolchain -- --provider 6.999.0 --terraform 1.99.0");
    expect((await check(dr(state("6.999.0", "1.99.0; id")))).remedy).not.toContain("; id");
  });
});
