/** How a target group addresses its targets: tasks by `ip`, nodes by `instance`. */
export type TargetType = "ip" | "instance";

const SUFFIX_LENGTH = 3;
const SUFFIXES = 36 ** SUFFIX_LENGTH;

/** Half the range lies between the two, so that the same port has another suffix under the other type. */
const OFFSET: Readonly<Record<TargetType, number>> = { ip: 0, instance: SUFFIXES / 2 };

/**
 * A suffix of three characters that changes with whatever makes Terraform replace a target group.
 *
 * A listener holds on to its target group, so the new one has to exist before the old one goes, and names are
 * unique in a region. `name_prefix` would do, but leaves six characters for the environment's name.
 *
 * @param port TCP port; two ports have different suffixes unless they are 46656 apart
 */
export function targetGroupSuffix(port: number, targetType: TargetType): string {
  return ((port + OFFSET[targetType]) % SUFFIXES).toString(36).padStart(SUFFIX_LENGTH, "0");
}
