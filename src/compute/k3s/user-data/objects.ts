/**
 * Where things lie in the bucket of a cluster.
 *
 * What is below `cluster` travels to the other region. The lease and the service are of one region only, since two clusters of
 * a pair are never the same one.
 */
export const OBJECTS = {
  /** Who started the cluster, when it was last seen ready, and where it is joined. */
  lease: "region/lease",
  /** Manifest of the service, as Terraform knows it. */
  service: "region/service.yaml",
  /** Everything that replication carries. */
  replicated: "cluster/",
  snapshots: "cluster/snapshots/",
  serverTokens: "cluster/tokens/server/",
  agentTokens: "cluster/tokens/agent/",
} as const;

/** Secret of the cluster that holds the database's password, as RDS writes it. */
export const CREDENTIALS = { secretName: "database", key: "credentials.json" } as const;

/** What the key of a snapshot says; undefined for the key of anything else. */
export function readSnapshot(key: string): { readonly savedAt: Date; readonly tokenId: string } | undefined {
  const [, year, month, day, hour, minute, second, tokenId] =
    /\/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.([^./]+)\.[^./]+$/.exec(key) ?? [];
  if (year === undefined || tokenId === undefined) return undefined;
  return { savedAt: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`), tokenId };
}
