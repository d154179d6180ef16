import { describe, expect, it } from "vitest";
import { usersNames } from "../../../src/recovery/dns/users-names.ts";
import { inquire } from "../../support/inquiry.ts";

describe("the names that users ask for", () => {
  const named = { prod: { ingress: { userNames: ["shop.example.com", "www.example.com"] } } };
  it.each([
    ["of the file, where the record is not theirs", named, ["shop.example.com", "www.example.com"]],
    ["the record's, where the file names none", {}, ["shop.example.com"]],
    [
      "of the file without a record",
      { ...named, traffic: undefined },
      ["shop.example.com", "www.example.com"],
    ],
    ["not known without either", { traffic: undefined }, []],
  ])("are %s", (_, changes, names) => {
    expect(usersNames(inquire(changes).subject)).toEqual(names);
  });
});
