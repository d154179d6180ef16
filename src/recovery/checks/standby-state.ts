import { identifierOf } from "../../database/source.ts";
import { stateKey } from "../../naming/names.ts";
import { readState } from "../state.ts";
import { formatTime } from "../time.ts";
import { type Check, fail, pass, warn } from "./check.ts";
import { postureOf } from "./inapplicable.ts";

/** The standby as Terraform left it. */
export const standbyState: Check = {
  id: "standby-state",
  asks: "is the standby applied, as its activation record says, with its state outside the primary region",
  because:
    "a recovery changes what is there; keys, roles and load balancers can't be made when their control planes are gone (T36)",
  remedy: "apply the standby",
  side: "standby",
  goesByPosture: true,
  async run({ subject, aws }) {
    const { standby, primary, project } = subject;
    const { bucket, region } = standby.state;
    const state = await readState(aws.in(region), bucket, stateKey(project, standby.name));
    const apply = `npx cdktf deploy ${standby.name}`;
    if (state === undefined) return fail(`${standby.name} was never applied: no state in ${bucket}`, apply);
    const { serial, lineage, resourceCount, modifiedAt } = state;
    const posture = postureOf(subject);
    const facts = {
      serial,
      lineage,
      resources: resourceCount,
      posture,
      modifiedAt: modifiedAt.toISOString(),
    };
    if (resourceCount === 0) return fail("the state is empty: the standby was destroyed", apply, facts);
    const applied = state.output("database_identifier");
    const expected = identifierOf(standby.names, standby.recoveryPoint);
    if (applied !== expected)
      return fail(
        `the record says ${posture} with database ${expected}, applied is ${applied ?? "none"}`,
        apply,
        facts,
      );
    const seen = `${posture}, ${resourceCount} resources, serial ${serial}, written ${formatTime(modifiedAt)}`;
    if (region === primary.region)
      return warn(
        `${seen}; the state lies in ${region}, which is what may be gone`,
        "# set stateReplication.enabled in the bootstrap environment; docs/state.md says how the state moves\nnpx cdktf deploy bootstrap",
        facts,
      );
    return pass(seen, facts);
  },
};
