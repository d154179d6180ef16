import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { activation } from "../support/environments.ts";
import { ago, healthyObjects, HOUR_MS, STANDBY_BUCKET } from "../support/memory-aws.ts";
import { cli } from "../support/recovery-cli.ts";
import { SITUATIONS } from "../support/situations.ts";

/** Debian's, or what `CHROMIUM` names; a test never downloads a browser. */
const executablePath = [
  process.env["CHROMIUM"],
  ...(process.env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name))),
].find((path) => path !== undefined && existsSync(path));

const violationsSchema = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })) }),
);

const SIZES = {
  phone: { width: 360, height: 800 },
  desktop: { width: 1280, height: 900 },
};

/** A failover on its way, with everything that a page can hold. */
function interrupted(): ReturnType<typeof healthyObjects> {
  const common = { runId: "r2" };
  const steps = ["declare", "choose-recovery-point", "restore-database", "scale-compute"];
  const entries = [
    {
      ...common,
      event: "run-started",
      id: "a",
      seq: 0,
      at: ago(2 * HOUR_MS).toISOString(),
      verb: "failover",
      environment: "dr",
      operator: "arn:aws:sts::111122223333:assumed-role/on-call/kim",
      host: "laptop",
      reason: "the primary region does not answer since 10:00",
      declaredAt: ago(2 * HOUR_MS).toISOString(),
    },
    ...steps.flatMap((step, index) => {
      const seq = 1 + index * 2;
      const startedAt = ago((1.9 - index * 0.4) * HOUR_MS).toISOString();
      const endedAt = ago((1.6 - index * 0.4) * HOUR_MS).toISOString();
      const end =
        index === steps.length - 1
          ? {
              event: "step-failed",
              message: "2 of 3 tasks run after 15 min; see the service's events, then resume",
            }
          : { event: "step-done", evidence: "done, and seen by asking" };
      return [
        { ...common, event: "step-started", id: `s${seq}`, seq, at: startedAt, step },
        { ...common, id: `e${seq}`, seq: seq + 1, at: endedAt, step, ...end },
      ];
    }),
  ];
  const journal = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  return healthyObjects().put(STANDBY_BUCKET, { "shop/dr/recovery/runs/r2.jsonl": journal });
}

describe.skipIf(executablePath === undefined)("report in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "pilot-light-browser-"));
  const file = join(folder, "report.html");
  let browser: Browser;

  beforeAll(async () => {
    await cli(["report", "--output", file], {
      changes: activation("restored"),
      answers: { objects: interrupted(), standby: { certificate: async () => undefined } },
    });
    browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(
    size: keyof typeof SIZES,
    colorScheme: "light" | "dark",
  ): Promise<{
    readonly page: Page;
    readonly requests: readonly string[];
    readonly complaints: readonly string[];
  }> {
    const page = await browser.newPage({ viewport: SIZES[size], colorScheme, bypassCSP: false });
    const [requests, complaints]: [string[], string[]] = [[], []];
    page.on("request", (request) => void requests.push(request.url()));
    page.on("console", (message) => void complaints.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    const shots = process.env["REPORT_SHOTS"];
    if (shots !== undefined)
      await page.screenshot({ path: join(shots, `${size}-${colorScheme}.png`), fullPage: true });
    return { page, requests, complaints };
  }

  it.each([
    ["phone", "light"],
    ["phone", "dark"],
    ["desktop", "light"],
    ["desktop", "dark"],
  ] as const)("is legible on a %s in %s, and asks for nothing", async (size, scheme) => {
    const { page, requests, complaints } = await open(size, scheme);
    expect(requests).toEqual([pathToFileURL(file).href]);
    expect(complaints).toEqual([]);
    // A string: what runs in the page knows the DOM, which this program does not.
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    await page.evaluate(axe.source);
    const violations: unknown = await page.evaluate(
      "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)",
    );
    expect(violationsSchema.parse(violations)).toEqual([]);
    await page.close();
  });

  it.each(Object.entries(SITUATIONS))(
    "says what is going on and what comes next on a phone's first screen: %s",
    async (_, situation) => {
      const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
      const output = join(folder, "situation.html");
      await cli(["report", "--output", output], situation());
      await page.goto(pathToFileURL(output).href);
      const next = await page.locator(".now pre").boundingBox();
      expect((next?.y ?? Infinity) + (next?.height ?? 0)).toBeLessThan(844);
      await page.close();
    },
  );

  it("shows the picture that fits, upright on a phone and across on paper", async () => {
    const { page } = await open("phone", "light");
    expect(await page.locator("svg.tall").isVisible()).toBe(true);
    expect(await page.locator("svg.wide").isVisible()).toBe(false);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.locator("svg.wide").isVisible()).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect((await page.pdf({ format: "A4" })).byteLength).toBeGreaterThan(10_000);
    await page.close();
  });

  it("keeps every text of the picture inside its box", async () => {
    const { page } = await open("desktop", "light");
    const outside: unknown =
      await page.evaluate(`[...document.querySelectorAll("svg.wide g g")].flatMap((group) => {
      const box = group.querySelector("rect").getBoundingClientRect();
      return [...group.querySelectorAll("text")].filter((text) => {
        const { left, right } = text.getBoundingClientRect();
        return left < box.left || right > box.right;
      }).map((text) => text.textContent);
    })`);
    expect(outside).toEqual([]);
    await page.close();
  });
});
