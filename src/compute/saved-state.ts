/** Where a cluster's own state lies that a standby restores when its nodes come up. */
export interface SavedState {
  readonly bucket: string;
  readonly prefix: string;
  /** How often it is saved. */
  readonly intervalMinutes: number;
  /** What a key below the prefix says of its object; undefined for one that is no saved state. */
  readonly read: (key: string) => SavedCopy | undefined;
}

/** State of a cluster at a moment. */
interface SavedCopy {
  readonly savedAt: Date;
  /** Key of another object without which it can't be restored. */
  readonly needs: string;
}
