import { fenceStateOf } from "../fence/wholly.ts";
import { returningRun } from "../runs.ts";
import { type Check, fail, pass, warn } from "./check.ts";
import { postureOf } from "./inapplicable.ts";

/** The primary that must not write while its standby serves. */
export const primaryFence: Check = {
  id: "primary-fence",
  asks: "is the primary closed and stopped while the standby serves",
  because:
    "a region that was gone when the failover fenced comes back with whatever ran there, and two writers are worse than an outage (T43)",
  remedy: "fence it once more",
  side: "primary",
  inapplicable: (subject) =>
    postureOf(subject) === "active" ? undefined : `${subject.primary.name} is what serves`,
  async run({ subject, primary: aws, history }) {
    const { primary, standby } = subject;
    const { isClosed, isStopped, evidence: seen } = await fenceStateOf(primary, aws);
    const facts = { closed: isClosed, stopped: isStopped };
    if (isClosed && isStopped) return pass(seen, facts);
    const returning = returningRun((await history()).runs);
    if (returning !== undefined) {
      const { verb, runId } = returning.start;
      const goOn = `npm run dr -- ${verb} --environment ${standby.name} --execute`;
      return warn(`${seen}: ${verb}, run ${runId}, brings it back and has not ended`, goOn, facts);
    }
    return fail(
      `${seen}, while ${standby.name} serves`,
      `npm run dr -- fence --environment ${standby.name} --execute --reason "${primary.name} is back"`,
      facts,
    );
  },
};
