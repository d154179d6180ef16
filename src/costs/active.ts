import { composeConfiguration } from "../config/load.ts";
import type { SourceFiles } from "../config/read-files.ts";
import { specsOf } from "../config/spec.ts";
import { synthesize } from "../stacks/synthesize.ts";
import { withChanges } from "./changes.ts";
import { activationOf } from "./flags.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Every standby as it would be while it serves, for Infracost: what to write, by path below the output folder.
 *
 * The activation is made up, so the stacks have no backend: nobody can apply them to a state by mistake.
 */
export function activeStacks(sources: SourceFiles, directory: string): ReadonlyMap<string, string> {
  const accept = { unmetObjectives: "accept" } as const;
  const { bootstrap, project, pairs } = composeConfiguration(sources, directory, accept);
  const activations = pairs.map(({ primary, standby, activation }): [string, unknown] => [
    `${standby.name}.activation`,
    activation ??
      activationOf({
        bootstrap: bootstrap?.name ?? "",
        primary: primary.name,
        standby: standby.name,
        accountId: project.accountId,
        standbyRegion: standby.region,
        engineVersion: standby.config.database.engineVersion,
      }),
  ]);
  const activated = withChanges(sources, Object.fromEntries(activations));
  const specs = specsOf(composeConfiguration(activated, directory, accept));
  const services = specs.services.filter(({ role }) => role.kind === "standby");
  const { templates } = synthesize({ bootstrap: undefined, services, traffic: undefined });
  return new Map(
    services.map(({ name, config }) => {
      const template = forPricing(templates.get(name) ?? {}, config.database.storageGiB);
      return [`stacks/${name}/cdk.tf.json`, `${JSON.stringify(template, undefined, 2)}\n`];
    }),
  );
}

/** Without a backend; and with the size that a restored database has, since Infracost would take 20 GB. */
function forPricing(template: Json, storageGiB: number): Json {
  const { backend: _, ...terraform } = record(template["terraform"]);
  const resource = record(template["resource"]);
  const databases = Object.entries(record(resource["aws_db_instance"])).map(
    ([name, body]): [string, unknown] => [name, { allocated_storage: storageGiB, ...record(body) }],
  );
  return {
    ...template,
    terraform,
    resource: { ...resource, aws_db_instance: Object.fromEntries(databases) },
  };
}

const record = (value: unknown): Json => (typeof value === "object" && value !== null ? { ...value } : {});
