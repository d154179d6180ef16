/** What bears a name: how a drill proves that it has left nothing. */
export interface InventoryAws {
  /**
   * Everything whose name begins so, of the kinds that a service's stack makes or that AWS makes for them: also what is
   * scheduled for deletion, since it goes on to exist.
   *
   * IAM answers for the whole account: it is asked in peace only.
   */
  resourcesNamed(name: ResourceNames): Promise<readonly NamedResource[]>;
  /** Deletes a log group that came back after its stack had gone. */
  removeLogGroup(name: string): Promise<void>;
}

/** How the resources of an environment begin. */
export interface ResourceNames {
  /** Physical names. */
  readonly prefix: string;
  /** Log groups. */
  readonly path: string;
  /** Value of the tag Drill, of what has no name of its own. */
  readonly tag: string;
}

/** Something that exists. */
export interface NamedResource {
  /** In words: `database`, `log group`. */
  readonly kind: string;
  readonly name: string;
}
