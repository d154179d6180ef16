/** Writes every standby as it would be while it serves, for Infracost to price: `npm run synth:active`. */
import process from "node:process";
import { UserError } from "../src/config/problem.ts";
import { readSourceFiles } from "../src/config/read-files.ts";
import { activeStacks } from "../src/costs/active.ts";
import { publish } from "../src/stacks/publish.ts";

const directory = process.env["ENVIRONMENTS_DIR"] || "environments";
const outdir = `${process.env["CDKTF_OUTDIR"] || "cdktf.out"}/active`;

try {
  const files = activeStacks(await readSourceFiles(directory), directory);
  if (files.size === 0) console.log("nothing to price: no environment is a standby");
  else publish(files, outdir);
  for (const path of files.keys()) console.log(`${outdir}/${path}`);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exit(2);
}
