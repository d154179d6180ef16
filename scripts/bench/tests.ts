import process from "node:process";
import { atMost, type Figure } from "./figures.ts";
import { tryOnce } from "./measure.ts";

const SCRIPT = ["scripts/run.mjs", "scripts/test.ts"];

/** `npm test`, whole or its unit tests alone, once: it takes minutes. */
export async function testFigures(whole: boolean): Promise<readonly Figure[]> {
  const { output, exitCode, ...sample } = await tryOnce({
    file: process.execPath,
    args: whole ? SCRIPT : [...SCRIPT, "unit"],
  });
  const unitSeconds = Number(/^ok +unit \(([\d.]+) s/m.exec(output)?.[1] ?? Number.NaN);
  const tests = /^tests: (.*)$/m.exec(output)?.[1] ?? "no test ran";
  // How long it took to fail says nothing.
  const wholeSeconds = exitCode === 0 ? sample.seconds : Number.NaN;
  const unit = Number.isNaN(unitSeconds)
    ? undefined
    : { seconds: unitSeconds, cpuSeconds: undefined, memoryMiB: undefined };
  return [
    {
      what: "unit and synth tests",
      sample: whole ? unit : sample,
      ...(!whole && { ratio: tests }),
      targets: [atMost(unitSeconds, 20, "s")],
    },
    ...(whole
      ? [
          {
            what: "`npm test`, Terraform included",
            sample,
            ratio: tests,
            targets: [atMost(wholeSeconds, 240, "s")],
          },
        ]
      : []),
  ];
}
