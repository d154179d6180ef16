/** What a resolver answers for a name. */
export interface NameAnswer {
  /** IPv4 addresses; none when the name does not exist. */
  readonly addresses: readonly string[];
  /** How long the resolver keeps this answer. */
  readonly ttlSeconds: number;
}

/** Asks the resolver of this machine. */
export interface NameLookup {
  /**
   * Where a name leads.
   *
   * @throws Error when no resolver answers
   */
  addresses(name: string): Promise<NameAnswer>;
}
