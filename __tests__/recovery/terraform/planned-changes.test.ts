import { expect, it } from "vitest";
import { changesOf } from "../../../src/recovery/terraform/planned-changes.ts";

/** As `terraform show -json` prints a plan: what is not imported has no `importing`. */
const change = (name: string, actions: readonly string[], more: object = {}) => ({
  address: `aws_vpc.${name}`,
  type: "aws_vpc",
  change: { actions, ...more },
});

it("lists what a plan changes or imports, and nothing else", () => {
  const planned = changesOf({
    resource_changes: [
      change("as-it-is", ["no-op"]),
      change("read", ["read"]),
      change("made", ["create"]),
      change("replaced", ["create", "delete"]),
      change("imported", ["no-op"], { importing: { id: "vpc-1" } }),
      change("imported-and-changed", ["update"], { importing: { id: "vpc-2" } }),
    ],
  });
  expect(planned.map(({ address, actions }) => `${address} ${actions.join()}`)).toEqual([
    "aws_vpc.made create",
    "aws_vpc.replaced create,delete",
    "aws_vpc.imported import",
    "aws_vpc.imported-and-changed import,update",
  ]);
});
