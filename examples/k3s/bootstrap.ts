import { defineEnvironment } from "../../src/config/define.ts";

/** The state bucket of all environments, and its replica in the standby region. */
export default defineEnvironment({
  kind: "bootstrap",
  stateReplication: { enabled: true },
});
