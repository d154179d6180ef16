/**
 * Words that PostgreSQL reserves, so that they name neither a user nor a database.
 *
 * Source: `pg_get_keywords()` of PostgreSQL 15, categories R and T, and `system_user`, which 16 added.
 */
const KEYWORDS = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp
  current_user default deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having
  ilike in initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not
  notnull null offset on only or order outer overlaps placing primary references returning right select session_user similar
  some symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when where window
  with`.split(/\s+/),
);

/** Users that RDS refuses, or has made itself: `pg_*` are PostgreSQL's roles, `rds_*` those of RDS (T56). */
export const isReservedUser = (name: string): boolean =>
  KEYWORDS.has(name) || ["admin", "rdsadmin"].includes(name) || /^(pg|rds)_/.test(name);

/** Databases that exist already, or that RDS keeps for itself (T56); `postgres` exists too, and may be named. */
export const isReservedDatabase = (name: string): boolean =>
  KEYWORDS.has(name) || ["rdsadmin", "template0", "template1"].includes(name);
