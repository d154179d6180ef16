import { dnsContradiction } from "../dns/dns-by-hand.ts";
import { leverOf } from "../failover/cut-over.ts";
import type { RecoveryContext } from "../steps/step.ts";

/** What contradicts that users are led there: by the switch, or by DNS where that is changed elsewhere; undefined where traffic moves by itself. */
export async function switchContradiction(
  context: RecoveryContext,
  position: "on" | "off",
): Promise<string | undefined> {
  const { aws } = context;
  const subject = await context.subject();
  const lever = leverOf(subject);
  if (lever === undefined)
    return subject.traffic === undefined
      ? dnsContradiction(context, position === "on" ? "standby" : "primary")
      : undefined;
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
