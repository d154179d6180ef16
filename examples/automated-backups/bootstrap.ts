import { defineEnvironment } from "../../src/config/define.ts";

/** The state bucket of all environments. */
export default defineEnvironment({
  kind: "bootstrap",
});
