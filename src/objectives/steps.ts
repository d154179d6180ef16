import type { Pair } from "../config/configuration.ts";
import { parseArn } from "../config/fields.ts";
import { cutOver } from "../traffic/cut-over.ts";
import type { Term } from "./worst-case.ts";

/** The steps of a recovery, in an order that respects what each waits for. */
export const STEP_IDS = [
  "declare",
  "choose-recovery-point",
  "restore-database",
  "scale-compute",
  "await-healthy",
  "open-ingress",
  "cut-over",
  "validate",
  "harden",
] as const;

/** The step that ends with users served: what comes after it is no part of the RTO. */
export const SERVED_AFTER: StepId = "validate";

/** Names a step, here and wherever it is carried out. */
export type StepId = (typeof STEP_IDS)[number];

/** A step of a recovery and the time that it may take. */
export interface Step {
  readonly id: StepId;
  /** The steps that must be done before. */
  readonly after: readonly StepId[];
  readonly terms: readonly Term[];
}

/** How Route 53 notices a cut-over; undefined when a person changes DNS. */
export type HealthCheck = Parameters<typeof cutOver>[0] & { readonly file: string };

/** What the length of a recovery depends on. */
export interface RecoveryFacts extends Pick<Pair, "primary" | "standby"> {
  readonly accountId: string;
  readonly healthCheck: HealthCheck | undefined;
}

/** The steps of a pair's recovery. */
export function recoverySteps(facts: RecoveryFacts): readonly Step[] {
  const { allowances } = facts.standby.config.objectives;
  const allowance = (key: keyof typeof allowances, label: string): Term => ({
    label,
    minutes: allowances[key],
    setBy: `${facts.standby.file}: objectives.allowances.${key}`,
  });
  return [
    {
      id: "declare",
      after: [],
      terms: [{ ...allowance("declareMinutes", "to declare and fence"), unmeasured: "people" }],
    },
    {
      id: "choose-recovery-point",
      after: ["declare"],
      terms: [...copyBack(facts), allowance("chooseRecoveryPointMinutes", "to choose the recovery point")],
    },
    {
      id: "restore-database",
      after: ["choose-recovery-point"],
      terms: [
        allowance("restoreMinutes", "to restore"),
        ...(facts.standby.config.database.recovery?.strategy === "automated-backups"
          ? [allowance("logReplayMinutes", "to replay logs")]
          : []),
        warmUp(facts),
      ],
    },
    // Tasks take the database's endpoint and secret from the restored instance.
    {
      id: "scale-compute",
      after: ["restore-database"],
      terms: [allowance("scaleMinutes", "to scale compute")],
    },
    { id: "await-healthy", after: ["scale-compute"], terms: [untilHealthy(facts)] },
    {
      id: "open-ingress",
      after: ["await-healthy"],
      terms: [allowance("openIngressMinutes", "to open the ingress")],
    },
    {
      id: "cut-over",
      after: ["open-ingress"],
      terms: facts.healthCheck
        ? cutOverTerms(facts.healthCheck)
        : [{ ...allowance("manualDnsMinutes", "to change DNS by hand"), unmeasured: "people" }],
    },
    { id: "validate", after: ["cut-over"], terms: [allowance("validateMinutes", "to validate")] },
    { id: "harden", after: ["validate"], terms: [allowance("hardenMinutes", "to harden")] },
  ];
}

/** The size that storage autoscaling may reach, since a volume never shrinks (T21). */
export function storageLimit({ primary, standby }: Pick<Pair, "primary" | "standby">): {
  readonly gib: number;
  readonly setBy: string;
} {
  const { storageGiB, maxStorageGiB } = primary.config.database;
  const own = standby.config.database.storageGiB;
  const limit = Math.max(storageGiB, maxStorageGiB ?? 0);
  if (own > limit) return { gib: own, setBy: `${standby.file}: database.storageGiB` };
  const key = maxStorageGiB === undefined ? "storageGiB" : "maxStorageGiB";
  return { gib: limit, setBy: `${primary.file}: database.${key}` };
}

function warmUp(facts: RecoveryFacts): Term {
  const { gib, setBy } = storageLimit(facts);
  const { warmUpMiBPerSecond } = facts.standby.config.objectives.allowances;
  return {
    label: `to warm up ${gib} GiB`,
    minutes: Math.ceil((gib * 1024) / warmUpMiBPerSecond / 60),
    setBy,
    unmeasured: "afterwards",
  };
}

/** AWS restores from a vault of the same account only, so that another account's copy comes back first. */
function copyBack({ primary, standby, accountId }: RecoveryFacts): readonly Term[] {
  const { copyDestinationVaultArn: arn, copyAllowanceMinutes } = primary.config.database.backup;
  const owner = arn === undefined ? undefined : parseArn(arn)?.accountId;
  if (standby.config.database.recovery?.strategy !== "backup-copy") return [];
  if (owner === undefined || owner === accountId) return [];
  const setBy = `${primary.file}: database.backup.copyAllowanceMinutes`;
  return [{ label: `to copy back from account ${owner}`, minutes: copyAllowanceMinutes, setBy }];
}

function untilHealthy({ standby }: RecoveryFacts): Term {
  const { intervalSeconds, healthyCount } = standby.config.ingress.healthCheck;
  return {
    label: `for ${healthyCount} good answers of each target`,
    minutes: Math.ceil((intervalSeconds * healthyCount) / 60),
    setBy: `${standby.file}: ingress.healthCheck`,
  };
}

function cutOverTerms({ file, ...healthCheck }: HealthCheck): readonly Term[] {
  const { detectionSeconds, ttlSeconds } = cutOver(healthCheck);
  return [
    {
      label: "until Route 53 notices",
      minutes: Math.ceil(detectionSeconds / 60),
      setBy: `${file}: healthCheck`,
    },
    { label: "TTL of the record", minutes: Math.ceil(ttlSeconds / 60), setBy: "Amazon Route 53" },
  ];
}
