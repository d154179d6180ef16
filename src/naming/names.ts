import type { Project } from "../project/schema.ts";

/** Load balancer and target group names end at 32 characters; four are left for a suffix. */
export const LONGEST_PREFIX = 28;

/** The physical names of one environment. No other module makes one. */
export interface Names {
  /** `<project>-<environment>`, at most 28 characters. */
  readonly prefix: string;
  /** `<prefix>-<suffix>`. */
  readonly of: (suffix: string) => string;
  /** Globally unique bucket name: `<prefix>-<suffix>-<account>-<region>`; at most 63 characters with a suffix of up to 6. */
  readonly bucket: (suffix: string) => string;
  /** Hierarchical name for log groups and parameters: `/<project>/<environment>/<suffix>`. */
  readonly path: (suffix: string) => string;
}

/** Name of a drill's copy of a standby, and of its stack. */
export const copyNameOf = (standby: string): string => `${standby}-drill`;

/** Names of a drill's copy: they begin as the standby's, whose keys and roles admit them by that. */
export const copyNamesOf = (project: Project, standby: string, region: string): Names =>
  namesOf(project, copyNameOf(standby), region);

/** Names of an environment in a region. */
export function namesOf(project: Project, environment: string, region: string): Names {
  const prefix = `${project.name}-${environment}`;
  return {
    prefix,
    of: (suffix) => `${prefix}-${suffix}`,
    bucket: (suffix) => `${prefix}-${suffix}-${project.accountId}-${region}`,
    path: (suffix) => `/${project.name}/${environment}/${suffix}`,
  };
}

/** Path of policies that bound roles and are attached to none. */
export const BOUNDARY_PATH = "/boundary/";

/** Name of the policy that bounds every role of an environment; its path is of its own. */
export const boundaryName = (project: Pick<Project, "name">, environment: string): string =>
  `${project.name}-${environment}`;

/** Where Terraform's state lives; the same for every environment of a project and region. */
export interface StateLocation {
  readonly bucket: string;
  readonly logBucket: string;
  readonly keyAlias: string;
  readonly region: string;
}

/** Names of the state bucket, its log bucket and its key in a region. */
export function stateLocation(project: Project, region: string): StateLocation {
  return {
    bucket: `${project.name}-tfstate-${project.accountId}-${region}`,
    logBucket: `${project.name}-tfstate-logs-${project.accountId}-${region}`,
    keyAlias: `alias/${project.name}-tfstate`,
    region,
  };
}

/** Key of the activation record that is in force, in the bucket of its environment's state; absent in peace. */
export const recordKey = (project: Pick<Project, "name">, environment: string): string =>
  `${project.name}/${environment}/recovery/activation.json`;

/** Terraform variable of a primary's stack: a return sets it, since it plans what it has fenced itself. */
export const ALLOW_WHILE_FENCED = "allow_while_fenced";

/** Key of the mark that a standby's primary is fenced, beside the record. */
export const fenceKey = (project: Pick<Project, "name">, standby: string): string =>
  `${project.name}/${standby}/recovery/primary-fenced.json`;

/** Key of an environment's state in its bucket. Terraform's lock is the same with `.tflock` (T34). */
export const stateKey = (project: Pick<Project, "name">, environment: string): string =>
  `${project.name}/${environment}/terraform.tfstate`;
