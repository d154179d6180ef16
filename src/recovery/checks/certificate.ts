import type { Certificate } from "../../aws/serving.ts";
import { quoted } from "../commands.ts";
import { usersNames } from "../dns/users-names.ts";
import { type Check, fail, type Finding, pass, warn } from "./check.ts";

/** ACM renews 60 days before the end: later than this something is in its way. */
const RENEWAL_DAYS = 45;
const DAY_MS = 86_400_000;

/** What the standby would show to users. */
export const certificate: Check = {
  id: "certificate",
  asks: "is the standby's certificate issued, in its region, valid for long enough, and for the right name",
  because:
    "a certificate is regional, and its validation needs Route 53's control plane, which an incident may have taken (T14)",
  remedy: "validate or replace the certificate now, and name it in ingress.certificateArn",
  side: "standby",
  inapplicable: ({ pair }) =>
    pair.standby.config.ingress.certificateArn === undefined ? "the standby serves plain HTTP" : undefined,
  async run({ subject, standby, now }) {
    const arn = subject.pair.standby.config.ingress.certificateArn ?? "";
    const found = await standby.certificate(arn);
    const describe = `aws acm describe-certificate --region ${standby.region} --certificate-arn ${arn}`;
    if (found === undefined)
      return fail(
        `${arn} does not exist in ${standby.region}`,
        `# request one in ${standby.region}, and set ingress.certificateArn in ${subject.pair.standby.file}`,
      );
    if (found.status !== "ISSUED") return fail(`is ${found.status}`, describe, { status: found.status });
    const wanted = usersNames(subject);
    const missing = wanted.filter((name) => !covers(found.names, name));
    if (missing.length > 0)
      return fail(
        `covers ${found.names.join(", ")}, and not ${missing.join(", ")}`,
        requestCommand(standby.region, wanted),
        { names: found.names.join(",") },
      );
    return judgeEnd(found, now, describe);
  },
};

function judgeEnd(
  { expiresAt, renewalProblem, renewable, names }: Certificate,
  now: Date,
  describe: string,
): Finding {
  if (expiresAt === undefined) return pass(`issued for ${names.join(", ")}`);
  const daysLeft = Math.floor((expiresAt.getTime() - now.getTime()) / DAY_MS);
  const facts = { daysLeft, expiresAt: expiresAt.toISOString(), renewalProblem: renewalProblem ?? null };
  const end = `${daysLeft < 0 ? "expired" : "expires"} on ${expiresAt.toISOString().slice(0, 10)}`;
  if (daysLeft < 1) return fail(end, describe, facts);
  if (renewalProblem !== undefined) return warn(`${end}; its renewal is ${renewalProblem}`, describe, facts);
  if (daysLeft < RENEWAL_DAYS)
    return warn(`${end}, in ${daysLeft} days, and is not renewed yet`, describe, facts);
  return pass(
    `issued for ${names.join(", ")}, ${end}${renewable === false ? "; imported, so that nobody renews it" : ""}`,
    facts,
  );
}

/** Requests a certificate for names; the first is its subject. */
export function requestCommand(region: string, [first = "", ...others]: readonly string[]): string {
  const alternatives =
    others.length === 0 ? "" : ` --subject-alternative-names ${others.map(quoted).join(" ")}`;
  return `aws acm request-certificate --region ${region} --domain-name ${quoted(first)}${alternatives} --validation-method DNS`;
}

/** Whether one of the names is that name, or a wildcard for it: a wildcard stands for one label. */
export const covers = (names: readonly string[], wanted: string): boolean =>
  names.some(
    (name) =>
      name === wanted || (name.startsWith("*.") && wanted.split(".").slice(1).join(".") === name.slice(2)),
  );
