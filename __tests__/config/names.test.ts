import { describe, expect, it } from "vitest";
import dev from "../../environments/dev.ts";
import { complaints } from "../support/environments.ts";

const line = (name: string, shorter: string): string =>
  `environments/${name}.ts: file name begins with that of ${shorter}, got "${name}", so that rights to ${shorter}-* would reach it; rename one of the two`;

describe("names of environments", () => {
  it.each([
    ["prod-eu", "prod"],
    ["dr-2", "dr"],
    ["bootstrap-dev", "bootstrap"],
  ])("%s would be reached by the rights of %s, and is refused", (name, shorter) => {
    expect(complaints({ [name]: dev })).toContain(line(name, shorter));
  });

  it.each(["production", "eu-prod", "devel"])("%s meets no other", (name) => {
    expect(complaints({ [name]: dev }).filter((one) => one.includes("begins with that of"))).toEqual([]);
  });
});
