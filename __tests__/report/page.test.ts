import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { activation } from "../support/environments.ts";
import { cli } from "../support/recovery-cli.ts";
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
    expect(text).toContain("prod in eu-west-1 serves; dr is in posture standby");
    expect(text).toContain("drill of 2026-03-07: 2 h");
    expect(text).toContain("Last run: drill done");
    expect(text).toContain("validate 2 h answers 200");
  });

  it("draws the standby as the one that serves once it is active", async () => {
    const text = textOf(await report({ changes: activation("active") }));
    expect(text).toContain("dr in eu-central-1 serves; dr is in posture active");
    expect(text).toContain("eu-central-1, serves");
  });

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
