import type { DBInstance } from "@aws-sdk/client-rds";
import type { World } from "../../gateway/emulation.ts";

/** Transaction logs reach S3 every five minutes, and the other region some minutes later. */
const REPLICATION_LAG_MS = 10 * 60_000;
const FIRST_SNAPSHOT_MS = 10 * 60_000;
const INTERVAL_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

export interface ReplicatedBackupProps {
  readonly arn: string;
  readonly region: string;
  readonly sourceRegion: string;
  readonly source: DBInstance;
  readonly sourceResourceId: string;
  readonly sourceCreatedAt: Date;
  readonly kmsKeyArn: string | undefined;
  readonly retentionDays: number;
}

/** The automated backups of an instance as they are replicated into another region. */
export class ReplicatedBackup {
  readonly props: ReplicatedBackupProps;
  private readonly world: World;
  private readonly startedAt: Date;
  private hasStopped = false;
  private isRetained = false;
  private restorableUntil: Date | undefined;
  private cancel: () => void = () => undefined;

  constructor(world: World, props: ReplicatedBackupProps) {
    this.world = world;
    this.props = props;
    this.startedAt = world.clock.now();
    this.schedule(FIRST_SNAPSHOT_MS);
  }

  /** T26: a replication whose key was disabled goes on saying `replicating`; only its restore window tells. */
  get status(): "replicating" | "retained" {
    return this.isRetained ? "retained" : "replicating";
  }

  /** Undefined until the first snapshot has arrived. */
  restoreWindow(): { readonly earliest: Date; readonly latest: Date } | undefined {
    this.advance();
    if (this.restorableUntil === undefined) {
      return undefined;
    }
    const latestMs = this.restorableUntil.getTime();
    const retainedMs = this.world.clock.now().getTime() - this.props.retentionDays * DAY_MS;
    return {
      earliest: new Date(Math.min(latestMs, Math.max(this.startedAt.getTime(), retainedMs))),
      latest: this.restorableUntil,
    };
  }

  /** Nothing arrives any more, and nobody is told. */
  stopSilently(): void {
    this.advance();
    this.hasStopped = true;
  }

  /** Keeps what has arrived until the retention ends. */
  retain(expire: () => void): void {
    this.stopSilently();
    this.isRetained = true;
    this.cancel();
    this.cancel = this.world.clock.after(
      this.props.retentionDays * DAY_MS,
      `expire ${this.props.arn}`,
      expire,
    );
  }

  remove(): void {
    this.stopSilently();
    this.cancel();
  }

  private schedule(delayMs: number): void {
    this.cancel = this.world.clock.after(
      delayMs,
      `replicate backups of ${this.props.source.DBInstanceIdentifier ?? ""}`,
      () => {
        this.advance();
        if (!this.hasStopped) {
          this.schedule(INTERVAL_MS);
        }
      },
    );
  }

  private advance(): void {
    const now = this.world.clock.now().getTime();
    const isFlowing =
      !this.hasStopped &&
      !this.world.isDown(this.props.sourceRegion) &&
      !this.world.isDown(this.props.region);
    if (isFlowing && now - this.startedAt.getTime() >= FIRST_SNAPSHOT_MS) {
      this.restorableUntil = new Date(Math.max(this.startedAt.getTime(), now - REPLICATION_LAG_MS));
    }
  }
}
