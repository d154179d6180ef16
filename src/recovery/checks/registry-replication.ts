import { type Check, fail, pass } from "./check.ts";

/** The rule that carries new images over. */
export const registryReplication: Check = {
  id: "registry-replication",
  asks: "does the primary's registry replicate the repository into the standby's region",
  because: "the configuration is registry-wide, and whoever writes another one takes this rule away (T4)",
  remedy: "apply the environment that owns the registry's replication",
  side: "primary",
  inapplicable: ({ primary }) =>
    primary.imagesTo.length > 0 ? undefined : `registry.replication.enabled of ${primary.file} is false`,
  async run({ subject, primary, standby }) {
    const { repositoryName, name } = subject.primary;
    const { accountId } = subject.project;
    const rules = await primary.replicationRules();
    const here = rules.filter(({ destinations }) =>
      destinations.some((one) => one.region === standby.region && one.accountId === accountId),
    );
    const covering = here.filter(
      ({ prefixes }) => prefixes.length === 0 || prefixes.some((prefix) => repositoryName.startsWith(prefix)),
    );
    const facts = { rules: rules.length, intoStandby: here.length, covering: covering.length };
    const remedy = `npx cdktf deploy ${name}`;
    if (covering.length > 0)
      return pass(`${repositoryName} goes from ${primary.region} to ${standby.region}`, facts);
    const seen = rules.length === 0 ? "no rule at all" : `${rules.length} with other regions or prefixes`;
    return fail(`no rule takes ${repositoryName} to ${standby.region}, got ${seen}`, remedy, facts);
  },
};
