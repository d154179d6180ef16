import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cli } from "../support/recovery-cli.ts";
import { SITUATIONS } from "../support/situations.ts";
import { healthyObjects, silentRegion, STANDBY_BUCKET } from "../support/memory-aws.ts";

const folder = mkdtempSync(join(tmpdir(), "pilot-light-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The page's text as a reader sees it. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<style>.*?<\/style>|<title>.*?<\/title>/gs, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ");

async function report(options: Parameters<typeof cli>[1] = {}): Promise<string> {
  const file = join(folder, "report.html");
  const { exitCode } = await cli(["report", "--output", file], options);
  expect(exitCode).toBe(0);
  return readFileSync(file, "utf8");
}

describe("report", () => {
  it("tells the posture, the objectives and what the last drill measured", async () => {
    const text = textOf(await report());
    expect(text).toContain("prod in eu-west-1 serves users; the record says that dr is standby");
    expect(text).toContain("drill of 2026-03-07: 2 h");
    expect(text).toContain("Last run: drill done");
    expect(text).toContain("validate 2 h answers 200");
  });

  it.each(["active and fenced", "active and unfenced", "active, region dead"] as const)(
    "draws users at the standby: %s",
    async (name) => {
      const html = await report(SITUATIONS[name]());
      expect(textOf(html)).toContain("eu-central-1, serves");
      expect(textOf(html)).not.toContain("eu-west-1, serves");
      expect(html).toContain('class="traffic yes"');
    },
  );

  it.each(["region dead", "failover running", "nothing answers", "no credentials"] as const)(
    "draws what nobody could say as unknown: %s",
    async (name) => {
      const html = await report(SITUATIONS[name]());
      expect(textOf(html)).toContain("eu-west-1, no answer");
      expect(html).toContain('class="card serves-unknown"');
      expect(html).not.toContain('class="card serves-yes"');
      expect(html).not.toContain('class="traffic yes"');
    },
  );

  it("draws that nobody is served while a failback keeps both sides closed", async () => {
    const html = await report(SITUATIONS["failback stopped"]());
    expect(textOf(html)).toContain("eu-central-1, DOES NOT SERVE");
    expect(html).toContain('class="traffic no"');
    expect(html).not.toContain('class="card serves-yes"');
  });

  it.each(["failover running", "failover stopped", "failback stopped"] as const)(
    "says what runs before anything else: %s",
    async (name) => {
      const text = textOf(await report(SITUATIONS[name]()));
      const verb = name.split(" ")[0] ?? "";
      expect(text.indexOf(`a ${verb}`)).toBeGreaterThan(-1);
      for (const later of ["Next:", "posture", "ingress", "Objectives", "Last run"])
        expect(text.indexOf(`a ${verb}`)).toBeLessThan(text.indexOf(later));
    },
  );

  it("is written, and says so, when AWS does not answer", async () => {
    const standby = silentRegion("eu-central-1", "unreachable");
    const text = textOf(await report({ answers: { standby } }));
    expect(text).toContain("not ready");
    expect(text).toContain("unknown recovery points: service:Question in eu-central-1");
  });

  it("never lets what it was told become markup", async () => {
    const objects = healthyObjects();
    const key = "shop/dr/recovery/runs/r1.jsonl";
    const stored = objects.text(STANDBY_BUCKET, key) ?? "";
    objects.put(STANDBY_BUCKET, { [key]: stored.replace("answers 200", "<img src=x onerror=alert(1)>") });
    const html = await report({ answers: { objects } });
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img");
  });

  it("refuses a folder before it asks AWS anything", async () => {
    const { exitCode, errors } = await cli(["report", "--output", folder]);
    expect(exitCode).toBe(2);
    expect(errors).toBe(`--output: expected a file, got the folder ${folder}; name a file in it`);
  });
});
