import { describe, expect, it } from "vitest";
import { keepOptions } from "../../src/cli/kept-options.ts";

const KEPT = { environments: "examples/disaster-recovery", environment: "dr" };

describe("a printed command", () => {
  it.each([
    [
      "npm run dr -- status",
      "npm run dr -- status --environments examples/disaster-recovery --environment dr",
    ],
    [
      "give it up: npm run dr -- failback, or npm run dr -- rollback --environment dr --execute",
      "give it up: npm run dr -- failback --environments examples/disaster-recovery --environment dr, or npm run dr -- rollback --environments examples/disaster-recovery --environment dr --execute",
    ],
    ["npm run dr -- objectives", "npm run dr -- objectives --environments examples/disaster-recovery"],
    ["npx cdktf deploy dr", "ENVIRONMENTS_DIR=examples/disaster-recovery npx cdktf deploy dr"],
    ["npm run dr -- --help lists them", "npm run dr -- --help lists them"],
  ])("%s keeps the folder and the standby", (text, completed) => {
    expect(keepOptions(text, KEPT)).toBe(completed);
    expect(keepOptions(completed, KEPT)).toBe(completed);
  });

  it("is left alone where nothing was given", () => {
    const text = "npm run dr -- status\nnpx cdktf deploy dr";
    expect(keepOptions(text, { environments: "environments", environment: undefined })).toBe(text);
  });

  it("stays one word, and JSON stays JSON, whatever the folder is called", () => {
    const kept = { environments: 'a $(b) "c"', environment: undefined };
    const json = JSON.stringify({ next: "npm run dr -- status\nnpx cdktf deploy dr" });
    const completed: unknown = JSON.parse(
      keepOptions(json, kept, (text) => JSON.stringify(text).slice(1, -1)),
    );
    expect(completed).toEqual({
      next: `npm run dr -- status --environments 'a $(b) "c"'\nENVIRONMENTS_DIR='a $(b) "c"' npx cdktf deploy dr`,
    });
  });
});
