/** How a person wants to return. */
export type Return =
  | { readonly kind: "with-data"; readonly compareCommand: string | undefined }
  /** To the primary as the disaster left it: what the standby wrote is kept, and served to nobody. */
  | { readonly kind: "discard-writes"; readonly hours: number }
  /** Not at all: the standby goes on serving. */
  | { readonly kind: "stay" };
