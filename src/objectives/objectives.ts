import type { RecoveryConfig } from "../backup/schema.ts";
import type { Configuration, Pair } from "../config/configuration.ts";
import { worstCaseRpo } from "./rpo.ts";
import { worstCaseRto } from "./rto.ts";
import type { RecoveryFacts } from "./steps.ts";
import type { WorstCase } from "./worst-case.ts";

/** A target and what the configuration can hold. */
export interface Objective {
  readonly target: { readonly minutes: number; readonly setBy: string };
  readonly worstCase: WorstCase;
  readonly met: boolean;
}

/** The objectives of a pair. */
export interface PairObjectives {
  readonly pair: Pair;
  /** Undefined until the standby names one. */
  readonly strategy: RecoveryConfig["strategy"] | undefined;
  readonly rpo: Objective;
  readonly rto: Objective;
}

/** Computes what every pair can hold in the worst case. */
export function objectivesOf({
  project,
  pairs,
  traffic,
}: Pick<Configuration, "project" | "pairs" | "traffic">): readonly PairObjectives[] {
  return pairs.map((pair) => {
    const { primary, standby } = pair;
    const healthCheck =
      traffic?.pair.standby.name === standby.name
        ? { ...traffic.traffic.config.healthCheck, file: traffic.traffic.file }
        : undefined;
    const facts: RecoveryFacts = { primary, standby, accountId: project.accountId, healthCheck };
    return {
      pair,
      strategy: standby.config.database.recovery?.strategy,
      rpo: objective(pair, "rpoHours", worstCaseRpo(pair)),
      rto: objective(pair, "rtoHours", worstCaseRto(facts)),
    };
  });
}

function objective({ standby }: Pair, key: "rpoHours" | "rtoHours", worstCase: WorstCase): Objective {
  const minutes = Math.floor(standby.config.objectives[key] * 60);
  return {
    target: { minutes, setBy: `${standby.file}: objectives.${key}` },
    worstCase,
    met: worstCase.bounded && worstCase.minutes <= minutes,
  };
}
