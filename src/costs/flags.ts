import type { Changes } from "./changes.ts";

/** A choice in the environment files, and the files without and with it. */
export interface Flag {
  readonly title: string;
  /** What is written in which file. */
  readonly written: string;
  readonly before: readonly Changes[];
  readonly after: readonly Changes[];
}

/** The files that the flags are set in. */
export interface PairNames {
  readonly bootstrap: string;
  readonly primary: string;
  readonly standby: string;
  readonly accountId: string;
  readonly standbyRegion: string;
  /** PostgreSQL major version of the pair. */
  readonly engineVersion: string;
}

/** What a standby may consist of, in the order in which one would add it; everything else is off. */
export function standbyFlags(names: PairNames): readonly Flag[] {
  const { bootstrap, primary, standby } = names;
  const off = allOff(names);
  const copies: Changes = {
    [primary]: { database: { backup: { enabled: true } } },
    [standby]: { database: { recovery: { strategy: "backup-copy" } } },
  };
  const flag = (
    title: string,
    written: string,
    change: Changes,
    before: readonly Changes[] = [off],
  ): Flag => ({
    title,
    written,
    before,
    after: [...before, change],
  });
  return [
    {
      title: "The standby",
      written: `\`${standby}.ts\``,
      before: [off, { [standby]: undefined }],
      after: [off],
    },
    flag(
      "Backup copies",
      `\`${primary}.ts\`: \`database.backup.enabled\`; \`${standby}.ts\`: \`database.recovery.strategy\` \`"backup-copy"\``,
      copies,
    ),
    flag(
      "Restore tests, beside backup copies",
      `\`${standby}.ts\`: \`database.recovery.vault.restoreTesting.enabled\``,
      { [standby]: { database: { recovery: { vault: { restoreTesting: { enabled: true } } } } } },
      [off, copies],
    ),
    flag(
      "Replicated automated backups",
      `\`${standby}.ts\`: \`database.recovery.strategy\` \`"automated-backups"\``,
      { [standby]: { database: { recovery: { strategy: "automated-backups" } } } },
    ),
    flag("Image replication", `\`${primary}.ts\`: \`registry.replication.enabled\``, {
      [primary]: { registry: { replication: { enabled: true } } },
    }),
    flag("State replication", `\`${bootstrap}.ts\`: \`stateReplication.enabled\``, {
      [bootstrap]: { stateReplication: { enabled: true } },
    }),
    flag("Failover records", "`traffic.ts`", { traffic: trafficOf(names) }),
    flag(
      "An incident: the standby goes active, beside backup copies",
      `\`${standby}.activation.json\``,
      { [`${standby}.activation`]: activationOf(names) },
      [off, copies],
    ),
  ];
}

/** What sets the price of an environment, shown on the primary. */
export function environmentFlags(names: PairNames): readonly Flag[] {
  const { primary } = names;
  const off = allOff(names);
  const choice = (title: string, key: string, from: unknown, to: unknown): Flag => ({
    title,
    written: `\`${primary}.ts\`: \`${key}\` from \`${JSON.stringify(from)}\` to \`${JSON.stringify(to)}\``,
    before: [off, { [primary]: nested(key, from) }],
    after: [off, { [primary]: nested(key, to) }],
  });
  return [
    choice("A NAT gateway per zone", "network.nat", "single", "per-zone"),
    choice("Interface endpoints", "network.interfaceEndpoints", false, true),
    choice(
      "Interface endpoints in place of NAT",
      "network",
      { nat: "single", interfaceEndpoints: false },
      { nat: "none", interfaceEndpoints: true },
    ),
    choice("Flow logs", "network.flowLogs.enabled", false, true),
    choice("Access logs", "ingress.accessLogs.enabled", false, true),
    choice("A database in two zones", "database.multiAz", false, true),
    choice("Container Insights", "compute.containerInsights", false, true),
    choice("Alarms", "observability.alarms", "none", "all"),
    choice("Dashboard", "observability.dashboard", false, true),
  ];
}

/** A record that is good for a comparison only: no such snapshot exists. */
export function activationOf({ accountId, standbyRegion, engineVersion }: PairNames): Changes {
  return {
    posture: "active",
    hardened: true,
    recoveryPoint: {
      kind: "snapshot",
      snapshotArn: `arn:aws:rds:${standbyRegion}:${accountId}:snapshot:awsbackup:copyjob-for-comparison`,
      engine: "postgres",
      engineVersion,
      createdAt: "2026-01-01T00:00:00Z",
    },
    declaredAt: "2026-01-01T00:00:00Z",
    operator: "nobody",
    reason: "comparison of costs only",
  };
}

const trafficOf = ({ standby }: PairNames): Changes => ({
  kind: "traffic",
  standby,
  zoneId: "Z0123456789ABCDEFGHIJ",
  zoneName: "example.com",
  recordName: "shop.example.com",
});

/** Every flag off, whatever the files say. */
const allOff = ({ bootstrap, primary, standby }: PairNames): Changes => ({
  [bootstrap]: { stateReplication: { enabled: false } },
  [primary]: { database: { backup: { enabled: false } }, registry: { replication: { enabled: false } } },
  [standby]: { database: { recovery: undefined } },
  traffic: undefined,
  [`${standby}.activation`]: undefined,
});

function nested(key: string, value: unknown): Changes {
  const [first = "", ...rest] = key.split(".");
  return { [first]: rest.length === 0 ? value : nested(rest.join("."), value) };
}
