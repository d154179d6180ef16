import { fenceStateOf } from "../fence/wholly.ts";
import { drCommand } from "../commands.ts";
import { isFailoverDeclared } from "../runs.ts";
import { type Check, fail, pass, unknown } from "./check.ts";
import { postureOf } from "./inapplicable.ts";

/** The primary that must not write while its standby serves. */
export const primaryFence: Check = {
  id: "primary-fence",
  asks: "is the primary closed and stopped while the standby serves",
  because:
    "a region that was gone when the failover fenced comes back with whatever ran there, and two writers are worse than an outage (T43)",
  remedy: "fence it once more",
  side: "primary",
  async run({ subject, primary: aws, history, doubt }) {
    const { primary, standby } = subject;
    // A failover has left it, and its next step may be hours away: it must not write, whatever the record says by now.
    const isLeft = isFailoverDeclared((await history()).runs);
    const uncertain = isLeft ? undefined : await doubt();
    if (uncertain !== undefined) return unknown(`not judged: ${uncertain.why}`, uncertain.remedy);
    if (!isLeft && postureOf(subject) !== "active")
      return pass(`${standby.name} does not serve: nothing to fence`);
    const { isClosed, isStopped, evidence: seen } = await fenceStateOf(primary, aws);
    const facts = { closed: isClosed, stopped: isStopped };
    if (isClosed && isStopped) return pass(seen, facts);
    return fail(
      `${seen}, while ${isLeft ? `a failover to ${standby.name} is under way` : `${standby.name} serves`}`,
      drCommand("fence", {
        environment: standby.name,
        execute: true,
        reason: `${primary.name} is back`,
      }),
      facts,
    );
  },
};
