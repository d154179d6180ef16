import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const COMPUTE = join("src", "compute");

/** Folders of the platforms: what each of them has, and what they share has not. */
const platforms = readdirSync(COMPUTE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readdirSync(join(COMPUTE, name)).includes("platform.ts"));

const elsewhere = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.startsWith("compute"))
  .map((path) => join("src", path));

it("nothing outside src/compute knows a platform", () => {
  expect(platforms).toContain("ecs");
  expect(elsewhere.length).toBeGreaterThan(100);
  const knows = new RegExp(
    `compute/(${platforms.join("|")})/|platform [!=]== |case "(${platforms.join("|")})":`,
  );
  expect(elsewhere.filter((path) => knows.test(readFileSync(path, "utf8")))).toEqual([]);
});
