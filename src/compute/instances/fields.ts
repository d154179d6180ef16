import { z } from "zod";
import { pattern } from "../../config/fields.ts";

/** Processor architectures that images are built for. */
export const ARCHITECTURES = ["x86_64", "arm64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** A `g` right after the generation, or a Grace processor. */
const ARM = /^(a1\.|[a-z]+\d+g[a-z]*\.|[a-z]+\d+[a-z]*-gb\d+\.|mac2)/;

/**
 * Architecture of an EC2 instance type such as `m7g.large`.
 *
 * Source: Amazon EC2, "Instance type naming conventions": the letters behind the generation name the processor, and `g` is
 * Graviton. The first Graviton, `a1`, is older than the convention.
 */
export const architectureOf = (instanceType: string): Architecture =>
  ARM.test(instanceType) ? "arm64" : "x86_64";

/** Says why an instance type can't run what is built for an architecture; undefined when it can. */
export function instanceTypeProblem(instanceType: string, wanted: Architecture): string | undefined {
  const own = architectureOf(instanceType);
  if (own === wanted) return undefined;
  return `is ${own} while compute.architecture is ${wanted}, got ${instanceType}; choose one of the image's architecture, or build the image for ${own}`;
}

/** An EC2 instance type. */
export const instanceType = () =>
  pattern(
    /^[a-z][a-z0-9-]*\.(metal(-[a-z0-9]+)?|nano|micro|small|medium|\d*x?large)$/,
    "an instance type such as m7g.large",
  );

/** An AMI, which belongs to one region. */
export const amiId = () =>
  pattern(/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/, "an AMI id such as ami-0a1b2c3d4e5f60718");

/** Says why two bounds exclude each other; undefined when they don't. */
export function boundsProblem(least: number, most: number): string | undefined {
  return least <= most ? undefined : `is above the maximum ${most}, got ${least}; lower it`;
}

/** Size of a root volume. */
export const volumeGiB = () =>
  z.int().min(30).max(16_384).default(30).describe("size of each instance's encrypted gp3 volume in GiB");
