import type {
  BackupJob,
  BackupPlanInput,
  BackupSelection,
  CopyJob,
  DescribeRecoveryPointOutput,
  DescribeRestoreJobOutput,
  RestoreTestingPlanForGet,
  RestoreTestingSelectionForGet,
} from "@aws-sdk/client-backup";
import { PerRegion, type World } from "../../gateway/emulation.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { Rds } from "../rds/rds.ts";
import { notFound } from "./errors.ts";

/** A recovery point as AWS describes it, and how to call off its expiry. */
export interface RecoveryPoint {
  readonly described: DescribeRecoveryPointOutput;
  readonly cancelExpiry: () => void;
}

/** No lock date is governance mode; a lock date in the past is a lock that nobody can change. */
export interface VaultLock {
  readonly minRetentionDays: number | undefined;
  readonly maxRetentionDays: number | undefined;
  readonly lockDate: Date | undefined;
}

export interface Vault {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly keyArn: string;
  readonly createdAt: Date;
  readonly creatorRequestId: string | undefined;
  readonly points: Map<string, RecoveryPoint>;
  policy: string | undefined;
  lock: VaultLock | undefined;
  notifications: { readonly topicArn: string; readonly events: readonly string[] } | undefined;
}

export interface Selection {
  readonly id: string;
  readonly createdAt: Date;
  readonly creatorRequestId: string | undefined;
  readonly content: BackupSelection;
}

export interface PlanVersion {
  readonly id: string;
  readonly createdAt: Date;
  readonly content: Omit<BackupPlanInput, "Rules"> & { readonly Rules: readonly PlanRule[] };
}

export type PlanRule = NonNullable<BackupPlanInput["Rules"]>[number] & { readonly RuleId: string };

export interface Plan {
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  readonly creatorRequestId: string | undefined;
  readonly selections: Map<string, Selection>;
  versions: readonly PlanVersion[];
  lastExecution: Date | undefined;
  cancelSchedules: () => void;
}

export interface RestoreTestingPlan {
  readonly selections: Map<string, RestoreTestingSelectionForGet>;
  described: RestoreTestingPlanForGet;
  cancelSchedule: () => void;
}

/** What AWS Backup knows in one region. */
export class RegionState {
  readonly vaults = new Map<string, Vault>();
  readonly plans = new Map<string, Plan>();
  readonly backupJobs = new Map<string, BackupJob>();
  readonly copyJobs = new Map<string, CopyJob>();
  readonly restoreJobs = new Map<string, DescribeRestoreJobOutput>();
  readonly restoreMetadata = new Map<string, Readonly<Record<string, string>>>();
  readonly restoreTestingPlans = new Map<string, RestoreTestingPlan>();
  readonly tags = new Map<string, Readonly<Record<string, string>>>();
  optIns: Readonly<Record<string, boolean>> = {};
  management: Readonly<Record<string, boolean>> = {};
  defaultKeyArn: string | undefined;

  vault(name: string): Vault {
    const vault = this.vaults.get(name);
    if (vault === undefined) {
      throw notFound(`Backup vault ${name} not found`);
    }
    return vault;
  }

  plan(id: string): Plan {
    const plan = this.plans.get(id);
    if (plan === undefined) {
      throw notFound("Failed reading Backup plan with provided version");
    }
    return plan;
  }

  /** A recovery point wherever it is in the region. */
  findPoint(arn: string): { readonly vault: Vault; readonly point: RecoveryPoint } | undefined {
    for (const vault of this.vaults.values()) {
      const point = vault.points.get(arn);
      if (point !== undefined) {
        return { vault, point };
      }
    }
    return undefined;
  }
}

/** What the parts of the emulation share. */
export class BackupContext {
  readonly regions = new PerRegion(() => new RegionState());
  readonly world: World;
  readonly rds: Rds;
  readonly events: EventBus;

  constructor(world: World, rds: Rds, events: EventBus) {
    this.world = world;
    this.rds = rds;
    this.events = events;
  }

  now(): Date {
    return this.world.clock.now();
  }

  arn(region: string, resource: string): string {
    return `arn:aws:backup:${region}:${this.world.account}:${resource}`;
  }
}
