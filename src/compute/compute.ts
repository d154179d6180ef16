import type { Peer } from "../config/spec.ts";
import type { Database } from "../database/database.ts";
import type { Keys } from "../encryption/keys.ts";
import type { Ingress } from "../ingress/ingress.ts";
import type { Names } from "../naming/names.ts";
import type { Network } from "../network/network.ts";
import type { Watched } from "../observability/alarm.ts";
import type { Registry } from "../registry/registry.ts";

/** What a platform is wired to, whichever it is. */
export interface ComputeProps {
  readonly names: Names;
  readonly accountId: string;
  readonly region: string;
  /** What everything is tagged with; some resources start others, which the provider's default tags don't reach. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network: Network;
  readonly ingress: Ingress;
  readonly registry: Registry;
  readonly database: Database;
  readonly keys: Keys;
  /** Undefined without a pair. */
  readonly peer: Peer | undefined;
}

/** What the rest of the stack knows of the place where the service runs, whichever platform that is. */
export interface Compute extends Watched {
  readonly clusterName: string;
  readonly serviceName: string;
  /** Security group of the tasks or nodes: the database admits it, the load balancer sends to it. */
  readonly securityGroupId: string;
  /** What a team applies to its cluster, as JSON; undefined where Terraform starts the service. */
  readonly manifest: string | undefined;
}
