import type { RegionalAws } from "../../src/aws/port.ts";
import type { DatabaseInstance, SafekeepingAws } from "../../src/aws/safekeeping.ts";
import type { Snapshot } from "../../src/aws/data.ts";

/** Databases and snapshots of a region that changes take effect on. */
export class MemoryDatabases {
  readonly instances = new Map<string, DatabaseInstance>();
  readonly snapshots = new Map<string, Snapshot>();
  /** What was changed, in order. */
  readonly changes: string[] = [];

  constructor(
    private readonly region: string,
    private readonly now: () => Date = () => new Date(),
    private readonly others: readonly MemoryDatabases[] = [],
  ) {}

  put(identifier: string, changes: Partial<DatabaseInstance> = {}): this {
    this.instances.set(identifier, {
      arn: `arn:aws:rds:${this.region}:111122223333:db:${identifier}`,
      status: "available",
      engineVersion: "17.4",
      storageGiB: 100,
      keyArn: undefined,
      protected: true,
      ...changes,
    });
    return this;
  }

  questions(): SafekeepingAws & Pick<RegionalAws, "snapshot"> {
    return {
      database: async (identifier) => this.instances.get(identifier),
      snapshot: async (arn) => this.snapshots.get(arn),
      takeSnapshot: async (identifier, name) => {
        const source = this.instances.get(identifier);
        if (source === undefined) throw new Error(`no database ${identifier} in ${this.region}`);
        this.changes.push(`snapshot ${name} of ${identifier}`);
        const { engineVersion, storageGiB, keyArn } = source;
        const createdAt = this.now();
        this.keep(name, { instanceIdentifier: identifier, engineVersion, storageGiB, keyArn, createdAt });
      },
      copySnapshot: async (sourceArn, name, keyId) => {
        const source = this.others.flatMap(({ snapshots }) => snapshots.get(sourceArn) ?? [])[0];
        if (source === undefined) throw new Error(`no snapshot ${sourceArn}`);
        this.changes.push(`copy ${name} under ${keyId}`);
        this.keep(name, { ...source, keyArn: keyId });
      },
      protectDatabase: async (identifier) => {
        this.changes.push(`protect ${identifier}`);
        const found = this.instances.get(identifier);
        if (found !== undefined) this.instances.set(identifier, { ...found, protected: true });
      },
      startBackup: async ({ databaseArn }) => void this.changes.push(`back up ${databaseArn}`),
      startCopy: async ({ recoveryPointArn }) => void this.changes.push(`copy ${recoveryPointArn}`),
    };
  }

  private keep(name: string, facts: Omit<Snapshot, "arn" | "status" | "engine" | "encrypted">): void {
    const arn = `arn:aws:rds:${this.region}:111122223333:snapshot:${name}`;
    this.snapshots.set(arn, { ...facts, arn, status: "available", engine: "postgres", encrypted: true });
  }
}
