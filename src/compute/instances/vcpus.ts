/** Families that count towards the quota of standard instances. Source: Amazon EC2, "On-Demand Instance quotas". */
const STANDARD = /^(a|c|d|h|i|is|im|m|r|t|z)\d/;

/** Sizes below large are one vCPU, but for burstable types, which have two from `t3` on. */
const SMALL = /\.(nano|micro|small|medium)$/;

/**
 * vCPU of a type that counts towards the quota of standard on-demand instances; undefined for any other, and for bare metal
 * without a size in its name.
 *
 * Source: Amazon EC2, "Specifications for general purpose instances" and its neighbours: four per `xlarge`.
 */
export function standardVcpus(instanceType: string): number | undefined {
  if (!STANDARD.test(instanceType)) return undefined;
  if (SMALL.test(instanceType)) return /^t[3-9]/.test(instanceType) ? 2 : 1;
  if (instanceType.endsWith(".large")) return 2;
  const { xlarge, metal } =
    /\.((?<xlarge>\d*)xlarge|metal-(?<metal>\d+)xl)$/.exec(instanceType)?.groups ?? {};
  const multiple = xlarge ?? metal;
  if (multiple === undefined) return undefined;
  return 4 * (multiple === "" ? 1 : Number(multiple));
}
