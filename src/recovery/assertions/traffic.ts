import { leverOf } from "../failover/cut-over.ts";
import type { RecoveryContext } from "../steps/step.ts";

/** What contradicts that the switch leads users there; undefined also where there is none. */
export async function switchContradiction(
  { subject, aws }: RecoveryContext,
  position: "on" | "off",
): Promise<string | undefined> {
  const lever = leverOf(await subject());
  if (lever === undefined) return undefined;
  const { region, bucketName, key } = lever;
  const isOn = (await aws.in(region).list(bucketName, key)).includes(key);
  if (isOn === (position === "on")) return undefined;
  return `the switch s3://${bucketName}/${key} is ${isOn ? "on" : "off"}`;
}

/** What contradicts that the primary may be applied and serve again. */
export async function markContradiction({ aws, place }: RecoveryContext): Promise<string | undefined> {
  const { region, bucket, fenceKey } = place;
  return (await aws.in(region).head(bucket, fenceKey)) === undefined
    ? undefined
    : `s3://${bucket}/${fenceKey} still keeps the primary from being applied`;
}
