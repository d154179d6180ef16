import type { ObservabilityConfig } from "./schema.ts";

/** Limits that a person may change, from the environment file. */
export type Thresholds = ObservabilityConfig["thresholds"];

/** One CloudWatch alarm as data. Features describe what to watch; `Observability` creates it and draws it. */
export interface AlarmDefinition {
  /** Suffix of the alarm's name and construct id, such as `database-cpu`. */
  readonly id: string;
  /** What is wrong when it goes off, and where to look first. */
  readonly description: string;
  /** `data` alarms stay on in a pilot light, `service` alarms need running tasks. */
  readonly scope: "data" | "service";
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Sum`, `Average`, `Maximum`, `Minimum`, or a percentile such as `p95`. */
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly comparison: "above" | "below";
  /** In the metric's own unit. */
  readonly threshold: number;
  /** What missing data means. */
  readonly missing: "breaching" | "notBreaching";
}

/** A construct that knows what of it should be watched. */
export interface Watched {
  alarms(thresholds: Thresholds): readonly AlarmDefinition[];
}
