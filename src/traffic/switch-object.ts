import type { Names } from "../naming/names.ts";

/** The object whose presence sends traffic to the standby. */
export interface SwitchObject {
  readonly bucketName: string;
  readonly key: string;
  /** The standby's region: nothing of the primary's is needed to reach it (T39). */
  readonly region: string;
}

/** Where the switch of a traffic environment lies; follows from names alone, so that no state has to be read for it. */
export const switchObject = (names: Names, region: string): SwitchObject => ({
  bucketName: names.bucket("switch"),
  key: "serve-from-standby",
  region,
});
