import { type Check, fail, pass, unknown, warn } from "./check.ts";

/** AWS refuses signatures that are this far off. Source: AWS Signature Version 4. */
const REFUSED_SECONDS = 300;
const NOTABLE_SECONDS = 30;

/** This machine's clock against AWS's. */
export const clock: Check = {
  id: "clock",
  asks: "does this machine's clock agree with AWS's",
  because:
    "ages, RTO and RPO are measured with it, and AWS refuses requests that are signed five minutes off",
  remedy: "synchronize the clock",
  side: "standby",
  async run({ standby }) {
    const { awsTime, localTime } = await standby.caller();
    if (awsTime === undefined)
      return unknown(
        "AWS's answer carries no time",
        "date -u; curl -sI https://aws.amazon.com | grep -i ^date",
      );
    // Not the time at which all checks began: the answer may have taken seconds.
    const skewSeconds = Math.round((localTime.getTime() - awsTime.getTime()) / 1000);
    const facts = { skewSeconds };
    const seen = `${Math.abs(skewSeconds)} s ${skewSeconds < 0 ? "behind" : "ahead of"} AWS`;
    const fix = "sudo chronyc makestep || sudo timedatectl set-ntp true";
    if (Math.abs(skewSeconds) >= REFUSED_SECONDS) return fail(seen, fix, facts);
    return Math.abs(skewSeconds) >= NOTABLE_SECONDS ? warn(seen, fix, facts) : pass(seen, facts);
  },
};
