import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { raised, withHashes } from "../../scripts/toolchain/raise.ts";
import { publish } from "../../src/stacks/publish.ts";
import { missingBinary, terraformBinary } from "../../src/toolchain/binary.ts";
import { hashesIn, holds, LOCK_FILE, lockFileOf } from "../../src/toolchain/lock-file.ts";
import { parseToolchain, terraformRange, toolchain } from "../../src/toolchain/toolchain.ts";
import { compareVersions } from "../../src/toolchain/version.ts";

const PINNED = { terraform: "1.11.4", provider: "5.100.0", hashes: [] };
const triple = fc.tuple(fc.nat(9), fc.nat(110), fc.nat(20));
const text = (version: readonly number[]): string => version.join(".");

describe("versions that are taken", () => {
  it.each(["5.100.0", "6.5.0", "6.99.1"])("take provider %s", (provider) => {
    expect(parseToolchain({ ...PINNED, provider }).provider).toBe(provider);
  });

  it.each(["5.99.9", "6.0.0", "6.4.9", "7.0.0", "6.5.0-beta1", ">= 6.5.0"])(
    "refuse provider %s",
    (provider) => {
      expect(() => parseToolchain({ ...PINNED, provider })).toThrow(/^toolchain\.json: provider: /);
    },
  );

  it("are in the order of their numbers", () => {
    fc.assert(
      fc.property(triple, triple, (a, b) => {
        const first = [0, 1, 2].find((index) => a[index] !== b[index]);
        const expected = first === undefined ? 0 : Math.sign((a[first] ?? 0) - (b[first] ?? 0));
        expect(Math.sign(compareVersions(text(a), text(b)))).toBe(expected);
      }),
    );
  });

  it("of Terraform are any patch of the pinned minor, and what comes after it within 1.x", () => {
    expect(terraformRange({ ...PINNED, terraform: "1.13.2" })).toBe(">= 1.13.0, < 2.0.0");
  });
});

describe("a raise", () => {
  it("never goes back, whatever the versions", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 }), (from, to) => {
        const before = { ...PINNED, provider: `6.${from}.0` };
        const after = raised(before, { provider: `6.${to}.0` });
        expect("refused" in after).toBe(to < from);
      }),
    );
    expect(raised(PINNED, { terraform: "1.11.3" })).toEqual({
      refused: "Terraform 1.11.3 is older than 1.11.4; choose 1.11.4 or newer",
    });
  });

  it("leaves no hash of another provider, and keeps those of its other platforms", () => {
    const [linux, mac] = ["a", "b"].map((letter) => `h1:${letter.repeat(43)}=`);
    const before = { ...PINNED, hashes: [linux ?? ""] };
    expect(withHashes(before, before, [mac ?? ""]).hashes).toEqual([linux, mac]);
    expect(withHashes(before, { ...before, provider: "6.8.0" }, [mac ?? ""]).hashes).toEqual([mac]);
  });
});

describe("the lock file beside each stack", () => {
  let outdir: string;
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), "pilot-light-lock-"));
  });
  afterEach(() => rmSync(outdir, { recursive: true }));
  const file = () => join(outdir, "stacks", "dr", LOCK_FILE);
  const synth = () => publish(new Map([["stacks/dr/cdk.tf.json", "{}"]]), outdir);

  it("holds the pinned version and every known hash", () => {
    synth();
    expect(readFileSync(file(), "utf8")).toBe(lockFileOf(toolchain()));
    expect(hashesIn(lockFileOf(toolchain()))).toEqual(toolchain().hashes);
  });

  it("keeps what an init has found out of this platform, and nothing of another version", () => {
    synth();
    const added = readFileSync(file(), "utf8").replace("hashes = [", `hashes = [\n    "h1:mine",`);
    writeFileSync(file(), added);
    synth();
    expect(readFileSync(file(), "utf8")).toBe(added);
    writeFileSync(file(), lockFileOf({ ...toolchain(), provider: "6.8.0" }));
    synth();
    expect(holds(readFileSync(file(), "utf8"), toolchain())).toBe(true);
  });
});

describe("TERRAFORM_BINARY", () => {
  it("names what is run, before what cdktf is told", () => {
    expect(terraformBinary({})).toBe("terraform");
    expect(terraformBinary({ TERRAFORM_BINARY_NAME: "tofu" })).toBe("tofu");
    expect(terraformBinary({ TERRAFORM_BINARY: "/opt/tf", TERRAFORM_BINARY_NAME: "tofu" })).toBe("/opt/tf");
    expect(missingBinary("tofu")).toContain("tofu can't be run; TERRAFORM_BINARY names it");
  });
});
