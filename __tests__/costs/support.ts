import { composeConfiguration } from "../../src/config/load.ts";
import { readSourceFiles } from "../../src/config/read-files.ts";
import { pairNames } from "../../src/costs/document.ts";
import { environmentFlags, standbyFlags } from "../../src/costs/flags.ts";
import { Variants } from "../../src/costs/variants.ts";

/** The default environments, synthesized once for all files of tests. */
export const sources = await readSourceFiles("environments");
export const configuration = composeConfiguration(sources, "environments");
export const variants = new Variants(sources, "environments");

const names = pairNames(configuration);
if (names === undefined) throw new Error("the default environments have no pair");

export const STANDBY_FLAGS = standbyFlags(names);
export const ENVIRONMENT_FLAGS = environmentFlags(names);
