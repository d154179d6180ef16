import { formatMinutes } from "../../objectives/duration.ts";
import { turnersOf, isOneOf } from "../../traffic/operators.ts";
import { formatTime, minutesBetween } from "../time.ts";
import { type Check, fail, pass, warn } from "./check.ts";

/** Who asks, and whether they could still ask on the day. */
export const caller: Check = {
  id: "caller",
  asks: "do these credentials belong to the project's account, and would they outlast a recovery",
  because:
    "many logins live in us-east-1 or in one other region; when it is gone, so is every new session (T44)",
  remedy: "use credentials of the project's account that need no single region, such as the break-glass role",
  side: "standby",
  async run({ subject, standby, now }) {
    const { accountId, breakGlassRole } = subject.project;
    const found = await standby.caller();
    const assume = `aws sts assume-role --region ${standby.region} --role-arn arn:aws:iam::${accountId}:role/${breakGlassRole} --role-session-name readiness`;
    const facts = {
      arn: found.arn,
      accountId: found.accountId,
      expiresAt: found.expiresAt?.toISOString() ?? null,
    };
    const turners = subject.traffic && turnersOf(subject.traffic.config, subject.project);
    // No warning: whoever watches every morning need not be an operator.
    const limit =
      turners === undefined || isOneOf(turners, found.arn)
        ? ""
        : ", which traffic.operators does not name: it can't turn the switch";
    if (found.accountId !== accountId)
      return fail(`${found.arn} belongs to ${found.accountId}, the project to ${accountId}`, assume, facts);
    if (found.arn.endsWith(":root"))
      return warn(`${found.arn} is the root user, whom no policy restrains`, assume, facts);
    if (found.arn.includes(":assumed-role/AWSReservedSSO_"))
      return warn(
        `${found.arn} comes from IAM Identity Center, which lives in one region: no new session while that is gone`,
        `# keep a way in that does not need it\n${assume}`,
        facts,
      );
    const { target } = subject.objectives.rto;
    if (found.expiresAt !== undefined) {
      const leftMinutes = minutesBetween(now, found.expiresAt);
      const end = `end at ${formatTime(found.expiresAt)}`;
      if (leftMinutes < target.minutes)
        return warn(
          `${found.arn}, credentials ${end}, in ${formatMinutes(leftMinutes)}; a recovery may take ${formatMinutes(target.minutes)}`,
          assume,
          { ...facts, leftMinutes },
        );
      return pass(`${found.arn}, credentials ${end}${limit}`, { ...facts, leftMinutes });
    }
    return pass(`${found.arn}${limit}`, facts);
  },
};
