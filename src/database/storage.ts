import type { DatabaseConfig } from "./schema.ts";

/** The largest volume that RDS makes, in GiB. */
export const LARGEST_GIB = 65_536;

/** The lowest upper bound that RDS takes for a volume that may grow: a tenth above what is allocated (T50). */
export const leastMaximumGiB = (allocatedGiB: number): number => Math.ceil((allocatedGiB * 11) / 10);

type Storage = Pick<DatabaseConfig, "storageGiB" | "maxStorageGiB">;

/**
 * The storage of a database that is restored: at least what its recovery point has, with room to grow above that.
 *
 * Storage autoscaling grows a volume up to its maximum, so that the snapshot of a grown database does not fit the maximum of
 * the file (T50). One that no maximum fits any more can't grow.
 *
 * @param pointGiB allocated storage of the recovery point; undefined where nobody has recorded it, or nothing is restored
 */
export function sizedFor<Config extends Storage>(config: Config, pointGiB: number | undefined): Config {
  if (pointGiB === undefined) return config;
  const storageGiB = Math.max(config.storageGiB, pointGiB);
  const { maxStorageGiB } = config;
  if (maxStorageGiB === undefined) return { ...config, storageGiB };
  const least = leastMaximumGiB(pointGiB);
  if (least > LARGEST_GIB) return { ...config, storageGiB, maxStorageGiB: undefined };
  return { ...config, storageGiB, maxStorageGiB: Math.max(maxStorageGiB, least) };
}

/** What becomes of the upper bound of the file; undefined where it stays. */
export function maximumNote(config: Storage, pointGiB: number | undefined): string | undefined {
  const { maxStorageGiB } = config;
  const sized = sizedFor(config, pointGiB).maxStorageGiB;
  if (pointGiB === undefined || maxStorageGiB === undefined || sized === maxStorageGiB) return undefined;
  return sized === undefined
    ? `${pointGiB} GiB are allocated, which leaves no room to grow: the restore turns storage autoscaling off`
    : `${pointGiB} GiB are allocated, and maxStorageGiB is ${maxStorageGiB}: the restore sets the maximum to ${sized} GiB`;
}
