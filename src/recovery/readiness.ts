import { AwsFailure } from "../aws/failure.ts";
import { type Check, type Finding, type Inquiry, type Side, type Status, unknown } from "./checks/check.ts";

/** What came of a check. */
export interface Result extends Finding {
  readonly id: string;
  readonly side: Side;
  /**
   * Whether it decides. What only the primary or a global control plane could answer does not, while these can't be
   * reached: a recovery goes on without them.
   */
  readonly decides: boolean;
  readonly tookMs: number;
}

/** Whether the service could be recovered now, and why. */
export interface Readiness {
  readonly ready: boolean;
  /** The worst of those that decide. */
  readonly status: Status;
  /** In the order of the checks. */
  readonly results: readonly Result[];
  readonly notApplicable: readonly { readonly id: string; readonly reason: string }[];
}

/** From good to bad. Unknown is worse than a warning: nothing was seen. */
const SEVERITY: readonly Status[] = ["pass", "warn", "unknown", "fail"];

/**
 * Runs every check at once, those of the standby's side first in line, each with its own time-out.
 *
 * Never rejects for an error of AWS: that is a finding.
 */
export async function checkReadiness(
  checks: readonly Check[],
  inquiry: Inquiry,
  timeoutMs: number,
): Promise<Readiness> {
  const asked = checks.map((check) => ({ check, reason: check.inapplicable?.(inquiry.subject, inquiry) }));
  const applicable = asked.flatMap(({ check, reason }) => (reason === undefined ? [check] : []));
  const inLine = applicable.toSorted((a, b) => Number(a.side !== "standby") - Number(b.side !== "standby"));
  const found = new Map(
    await Promise.all(
      inLine.map(async (check) => [check.id, await runCheck(check, inquiry, timeoutMs)] as const),
    ),
  );
  const results = applicable.flatMap(({ id }) => found.get(id) ?? []);
  const deciding = results.filter(({ decides }) => decides);
  const status = SEVERITY.findLast((one) => deciding.some((result) => result.status === one)) ?? "unknown";
  return {
    ready: status === "pass" || status === "warn",
    status,
    results,
    notApplicable: asked.flatMap(({ check, reason }) =>
      reason === undefined ? [] : [{ id: check.id, reason }],
    ),
  };
}

async function runCheck(check: Check, inquiry: Inquiry, timeoutMs: number): Promise<Result> {
  const startedAt = performance.now();
  const finding = await settle(check, inquiry, Math.max(timeoutMs, check.patienceMs ?? 0));
  const isOutOfReach = finding.status === "unknown" && finding.unreached === true;
  const decides = check.side === "standby" || !isOutOfReach;
  return {
    id: check.id,
    side: check.side,
    ...finding,
    decides,
    tookMs: Math.round(performance.now() - startedAt),
  };
}

async function settle(check: Check, inquiry: Inquiry, timeoutMs: number): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(silent(check, timeoutMs)), timeoutMs);
  });
  const answer = judge(check, inquiry).catch((error: unknown) => couldNotAsk(check, error));
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** A check that goes by a posture which may be wrong is not asked: its advice could end the service. */
async function judge(check: Check, inquiry: Inquiry): Promise<Finding> {
  if (check.goesByPosture === true) {
    const doubt = await inquiry.doubt();
    if (doubt !== undefined) return unknown(`not judged: ${doubt.why}`, doubt.remedy);
  }
  return withSafeRemedy(await check.run(inquiry), inquiry);
}

/** Applying an environment while a run has not ended, or by a record that may be wrong, could end the service. */
async function withSafeRemedy(finding: Finding, { doubt }: Inquiry): Promise<Finding> {
  if (finding.remedy?.includes("cdktf deploy") !== true) return finding;
  const found = await doubt();
  return found === undefined
    ? finding
    : { ...finding, remedy: `# ${found.why}: nothing is applied before\n${found.remedy}` };
}

const silent = ({ id }: Check, timeoutMs: number): Finding => ({
  status: "unknown",
  evidence: `no answer within ${timeoutMs / 1000} s`,
  remedy: `npm run dr -- readiness --only ${id} --timeout ${Math.ceil((timeoutMs / 1000) * 4)}`,
  unreached: true,
});

/** An error is never an empty list (T47): it says that nothing is known, and what would change that. */
function couldNotAsk({ id }: Check, error: unknown): Finding {
  const again = `npm run dr -- readiness --only ${id}`;
  if (!(error instanceof AwsFailure)) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: "unknown", evidence: `the check failed: ${reason}`, remedy: again };
  }
  const remedies: Readonly<Record<AwsFailure["kind"], string>> = {
    denied: `# allow ${error.action} to whoever this is\naws sts get-caller-identity`,
    unreachable: `# see whether ${error.region} answers from here\naws sts get-caller-identity --region ${error.region}`,
    throttled: `# wait a minute\n${again}`,
    busy: `# wait a minute\n${again}`,
    credentials: "# sign in again, or choose other credentials\naws sts get-caller-identity",
    failed: error.reason.startsWith("NoSuchBucket") ? "npm run bootstrap" : again,
  };
  return {
    status: "unknown",
    evidence: error.message,
    remedy: remedies[error.kind],
    facts: { failure: error.kind, action: error.action, region: error.region },
    unreached: error.kind === "unreachable",
  };
}
