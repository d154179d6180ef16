/**
 * Runs a TypeScript entry point: `node scripts/run.mjs <entry.ts> [arguments]`.
 *
 * The entry is bundled with esbuild once and reused until an input changes: node loads one file of 3 MB in a
 * fraction of the time that it takes to resolve the hundreds of modules behind CDKTF and its provider bindings.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const cache = join(root, "node_modules", ".cache", "pilot-light");
const lockfile = join(root, "node_modules", ".package-lock.json");

const entry = process.argv[2];
if (entry === undefined) {
  process.stderr.write("usage: node scripts/run.mjs <entry.ts> [arguments]\n");
  process.exit(2);
}

const stamp = (file) => {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs}:${stats.size}` : "absent";
};

const name = entry.replace(/[^a-z0-9]+/gi, "-");
const bundle = join(cache, `${name}-${createHash("sha256").update(root).digest("hex").slice(0, 8)}.mjs`);
const record = `${bundle}.json`;

const isFresh = () => {
  try {
    const stamps = JSON.parse(readFileSync(record, "utf8"));
    return Object.entries(stamps).every(([file, before]) => stamp(resolve(root, file)) === before);
  } catch {
    return false;
  }
};

/** CDKTF takes a whole stack trace for every token, a tenth of a synthesis, and prints it in one internal error only. */
const withoutCreationStacks = {
  name: "without-creation-stacks",
  setup(build) {
    build.onLoad({ filter: /[\\/]cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/ }, () => ({
      contents: "exports.captureStackTrace = () => [];",
    }));
  },
};

if (!isFresh()) {
  const { build } = await import("esbuild");
  const draft = `${bundle}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: draft,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      // They find files of their own beside themselves.
      external: ["esbuild", "@cloud-copilot/*"],
      // CommonJS packages inside an ES module bundle still ask for `require`.
      banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
      // Less to parse at every start; names stay, so that a stack trace can be read.
      minifyWhitespace: true,
      legalComments: "none",
      metafile: true,
      logLevel: "error",
      plugins: [withoutCreationStacks],
    });
    const sources = Object.keys(metafile.inputs).filter((file) => !file.startsWith("node_modules/"));
    const inputs = [...sources, lockfile, fileURLToPath(import.meta.url)];
    writeFileSync(
      `${draft}.json`,
      JSON.stringify(Object.fromEntries(inputs.map((file) => [file, stamp(resolve(root, file))]))),
    );
    // Renames are atomic: two runs at once never see half a bundle.
    renameSync(draft, bundle);
    renameSync(`${draft}.json`, record);
  } catch {
    process.exit(2);
  }
}

process.argv.splice(1, 2, resolve(root, entry));
await import(pathToFileURL(bundle).href);
