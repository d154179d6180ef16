/** A quota of vCPU that AWS gives an account in a region. */
export type VcpuPool = "fargate" | "fargate-spot" | "standard-instances";

/** What a service takes of a quota. */
export interface VcpuNeed {
  readonly pool: VcpuPool;
  /** What it runs, such as `3 tasks`. */
  readonly runs: string;
  /** vCPU at its usual and at its largest size. */
  readonly usual: number;
  readonly most: number;
}
