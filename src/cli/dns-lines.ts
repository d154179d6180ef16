import { AwsFailure } from "../aws/failure.ts";
import type { Inquiry } from "../recovery/checks/check.ts";
import { instructionOf } from "../recovery/dns/dns-by-hand.ts";
import { namesText } from "../recovery/dns/users-names.ts";
import type { Run } from "../recovery/journal/run.ts";
import type { SideName } from "../recovery/observation/users.ts";
import type { Subject } from "../recovery/subject.ts";

/** What whoever confirms must have ready where DNS is changed elsewhere: which record leads to which load balancer. */
export async function dnsWarnings(
  { subject, primary, standby }: Pick<Inquiry, "subject" | "primary" | "standby">,
  to: SideName,
  step: string,
): Promise<readonly string[]> {
  if (subject.traffic !== undefined) return [];
  const spec = subject[to];
  const aws = to === "primary" ? primary : standby;
  const rest = `have whoever changes it at hand: ${step} waits until it is done`;
  try {
    const balancer = await aws.loadBalancer(spec.names.of("alb"));
    const what =
      balancer === undefined
        ? `${namesText(subject)} must lead to ${spec.name}`
        : instructionOf(namesText(subject), spec, balancer);
    return [`DNS is changed elsewhere: ${what}; ${rest}`];
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return [
      `DNS is changed elsewhere: ${namesText(subject)} must lead to ${spec.names.of("alb")} in ${spec.region}; ${rest}`,
    ];
  }
}

/** In the end: what was seen of DNS, and how long it has to stay so. */
export function dnsAfterwards(
  subject: Subject,
  run: Run,
  step: "cut-over" | "cut-over-again" | "dns-back" | "cut-back",
): readonly string[] {
  const moved = run.steps.get(step);
  if (subject.traffic !== undefined || moved?.state !== "done") return [];
  return [
    `DNS is changed elsewhere: ${moved.evidence}`,
    step === "cut-over" || step === "cut-over-again"
      ? `leave it so, whatever becomes of ${subject.primary.name}, until failback or rollback asks for it`
      : `no name may lead to ${subject.standby.name} any more`,
  ];
}
