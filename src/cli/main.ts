import process from "node:process";
import { wantsColours } from "./paint.ts";
import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2), {
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
  colours: wantsColours(process.stdout, process.env["NO_COLOR"]),
  columns: process.stdout.columns,
});
