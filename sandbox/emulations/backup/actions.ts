import type { Call } from "../../gateway/call.ts";

/** Operations by name. What they resolve with is the reply's JSON; undefined is an empty reply. */
export type Actions = Readonly<Record<string, (call: Call) => unknown>>;

/** A placeholder of the operation's path. */
export const parameter = (call: Call, name: string): string => call.parameters[name] ?? "";
