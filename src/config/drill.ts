import { type DrillConfig, drillSchema } from "../drill/schema.ts";
import { copyNameOf, copyNamesOf, LONGEST_PREFIX } from "../naming/names.ts";
import { factsOf } from "../compute/facts.ts";
import type { Configuration, Pair } from "./configuration.ts";
import { UserError } from "./problem.ts";
import { type ServiceSpec, standbySpec } from "./spec.ts";

/** Variable with a drill's request as JSON; the drill sets it for the synthesis that it starts. */
export const DRILL_VARIABLE = "DRILL";

/** The copy that a drill asks for; undefined when nobody drills. */
export function requestedCopy(
  configuration: Configuration,
  request: string | undefined,
): ServiceSpec | undefined {
  if (request === undefined || request === "") return undefined;
  const parsed = drillSchema.safeParse(JSON.parse(request));
  const pair = configuration.pairs.find(({ standby }) => standby.name === parsed.data?.of);
  if (!parsed.success || pair === undefined)
    throw new UserError([
      {
        file: DRILL_VARIABLE,
        key: "",
        message: `asks for no copy of a standby, got ${request}; unset it: npm run dr -- drill sets it itself`,
      },
    ]);
  return copySpec(configuration, pair, parsed.data);
}

/**
 * A standby as it would be restored, under names and a state of its own.
 *
 * It borrows keys and images, which a drill could not remove again, and has nothing that outlives it: no backups, no final
 * snapshot, no log bucket, nobody who is told. Its load balancer is closed, and asks for the path that includes the
 * database: healthy targets are its smoke test.
 *
 * @throws UserError when its names would be too long
 */
export function copySpec(
  configuration: Configuration,
  pair: Pair,
  { recoveryPoint }: Pick<DrillConfig, "recoveryPoint">,
): ServiceSpec {
  const { project } = configuration;
  const { name: of, region } = pair.standby;
  refuseNames(configuration, pair);
  const restored = standbySpec(configuration, {
    ...pair,
    activation: recoveryPoint && recordOf(recoveryPoint),
  });
  const { config } = restored;
  const { webAclArn: _acl, ...ingress } = config.ingress;
  const { budget: _budget, ...features } = config;
  const { path, deepPath } = ingress.healthCheck;
  return {
    ...restored,
    name: copyNameOf(of),
    names: copyNamesOf(project, of, region),
    copyOf: { name: of, names: restored.names },
    production: false,
    protection: { vault: undefined, copyTo: undefined, restoreTesting: undefined, replicated: undefined },
    peer: undefined,
    imagesTo: [],
    config: {
      ...features,
      compute: factsOf(config.compute).disposable ?? config.compute,
      ingress: {
        ...ingress,
        public: false,
        accessLogs: { ...ingress.accessLogs, enabled: false },
        deletionProtection: false,
        healthCheck: { ...ingress.healthCheck, path: deepPath ?? path },
      },
      database: {
        ...config.database,
        deletionProtection: false,
        preventDestroy: false,
        applyImmediately: true,
        finalSnapshot: false,
        retainAutomatedBackups: false,
        backupRetentionDays: 0,
        backup: { ...config.database.backup, enabled: false },
      },
      observability: { ...config.observability, alarmEmails: [] },
    },
  };
}

/** That no other environment's name begins so, or is the same, is held by the files themselves. */
function refuseNames({ project }: Configuration, { standby }: Pair): void {
  const { prefix } = copyNamesOf(project, standby.name, standby.region);
  if (prefix.length <= LONGEST_PREFIX) return;
  const message = `is too long for a copy, got ${prefix} with ${prefix.length} characters; shorten its name or the project's, to ${LONGEST_PREFIX} in all`;
  throw new UserError([{ file: standby.file, key: "", message }]);
}

/** Only the recovery point of it has a meaning here. */
const recordOf = (
  recoveryPoint: NonNullable<DrillConfig["recoveryPoint"]>,
): NonNullable<Pair["activation"]> => ({
  posture: "restored",
  hardened: false,
  recoveryPoint,
  declaredAt: recoveryPoint.kind === "snapshot" ? recoveryPoint.createdAt : recoveryPoint.restoreTime,
  operator: "drill",
  reason: "a copy for a drill",
});
