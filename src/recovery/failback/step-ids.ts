/** The steps of a return with the standby's data, in order. */
export const FAILBACK_STEP_IDS = [
  "fence-both",
  "take-recovery-point",
  "copy-recovery-point",
  "release-database",
  "return-database",
  "compare-data",
  "start-primary",
  "await-primary",
  "open-primary",
  "cut-back",
  "validate-primary",
  "return-standby",
  "protect-again",
] as const;

/** The steps that give a return up. */
export const STAY_STEP_IDS = ["unfence-standby", "await-standby", "cut-over-again"] as const;

/** Names a step of a return. */
export type FailbackStepId = (typeof FAILBACK_STEP_IDS)[number];
/** Names a step of giving a return up. */
export type StayStepId = (typeof STAY_STEP_IDS)[number];
