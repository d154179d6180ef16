import { fenceStateOf } from "../fence/wholly.ts";
import { drCommand } from "../commands.ts";
import { type Check, fail, pass } from "./check.ts";
import { postureOf } from "./inapplicable.ts";

/** The primary that must not write while its standby serves. */
export const primaryFence: Check = {
  id: "primary-fence",
  asks: "is the primary closed and stopped while the standby serves",
  because:
    "a region that was gone when the failover fenced comes back with whatever ran there, and two writers are worse than an outage (T43)",
  remedy: "fence it once more",
  side: "primary",
  goesByPosture: true,
  async run({ subject, primary: aws }) {
    const { primary, standby } = subject;
    if (postureOf(subject) !== "active") return pass(`${standby.name} does not serve: nothing to fence`);
    const { isClosed, isStopped, evidence: seen } = await fenceStateOf(primary, aws);
    const facts = { closed: isClosed, stopped: isStopped };
    if (isClosed && isStopped) return pass(seen, facts);
    return fail(
      `${seen}, while ${standby.name} serves`,
      drCommand("fence", {
        environment: standby.name,
        execute: true,
        reason: `${primary.name} is back`,
      }),
      facts,
    );
  },
};
