import { AwsFailure } from "../../aws/failure.ts";
import { UNFENCED } from "../failover/declare.ts";
import { fenceStateOf } from "../fence/wholly.ts";
import { capacityOf } from "../steps/capacity.ts";
import { isIngressClosed } from "../fence/ingress.ts";
import type { Assertion } from "./assertion.ts";

/**
 * That the primary is fenced where the step says so.
 *
 * A failover does not wait for the primary: what could not be fenced is said in the evidence, and is no claim. What was fenced
 * and can't be asked any more is fenced once more, so that the evidence says what is not known.
 */
export const fencedAsFarAsSaid =
  (step: string): Assertion =>
  async (context) => {
    const done = context.run().steps.get(step);
    if (done?.state === "done" && done.evidence.includes(UNFENCED)) return undefined;
    const { primary: spec } = await context.subject();
    try {
      const [isClosed, capacity] = await Promise.all([
        isIngressClosed(spec, context.primary),
        capacityOf(spec, context.primary),
      ]);
      const { desired = 0, unit = "tasks" } = capacity ?? {};
      if (isClosed && desired === 0) return undefined;
      return `${spec.name} is ${isClosed ? "closed" : "open"}, and ${desired} ${unit} are wanted there`;
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      return `whether ${spec.name} is fenced is not known: ${error.message}`;
    }
  };

/** That nobody comes into the primary, nothing runs there, and that no plan can change that. */
export const primaryFenced: Assertion = async (context) => {
  const { primary: spec } = await context.subject();
  const { isClosed, isStopped, evidence } = await fenceStateOf(spec, context.primary);
  if (!isClosed || !isStopped) return evidence;
  const { bucket, fenceKey, region } = context.place;
  return (await context.aws.in(region).head(bucket, fenceKey)) === undefined
    ? `nothing keeps a pipeline from applying ${spec.name}: there is no s3://${bucket}/${fenceKey}`
    : undefined;
};

/** That nothing writes to either side. */
export const bothFenced: Assertion = async ({ subject, primary, standby }) => {
  const specs = await subject();
  const states = await Promise.all([
    fenceStateOf(specs.standby, standby),
    fenceStateOf(specs.primary, primary),
  ]);
  const open = states.filter(({ isClosed, isStopped }) => !isClosed || !isStopped);
  return open.length === 0 ? undefined : open.map(({ evidence }) => evidence).join("; ");
};
