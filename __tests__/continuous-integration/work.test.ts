import { describe, expect, it } from "vitest";
import { specsOf } from "../../src/config/spec.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { synthesizeBootstrap, TRAFFIC } from "../support/environments.ts";
import { EXAMPLES, exampleConfigurator } from "../support/examples.ts";
import { PROVIDER_CALLS } from "./provider-calls.ts";
import { workflowAccess } from "./support.ts";

const ACCOUNT = "111122223333";
const { mayAtMost } = workflowAccess(
  synthesizeBootstrap({
    bootstrap: { continuousIntegration: { repository: "shop/pilot-light" } },
    prod: { registry: { replication: { enabled: true } } },
    traffic: TRAFFIC,
  }),
);

/** Types of the stacks of every example; roles and their profiles are held by name and boundary, which other tests ask. */
const types = new Map<"service" | "traffic", Set<string>>([
  ["service", new Set()],
  ["traffic", new Set()],
]);
for (const example of EXAMPLES) {
  const configure = await exampleConfigurator(example);
  for (const [name, { resource }] of synthesize(specsOf(configure())).templates) {
    if (name === "bootstrap") continue;
    for (const type of Object.keys(resource))
      if (type.startsWith("aws_") && !type.startsWith("aws_iam_"))
        types.get(name === "traffic" ? "traffic" : "service")?.add(type);
  }
}
const ofServices = [...(types.get("service") ?? [])].sort();
const ofTraffic = [...(types.get("traffic") ?? [])].sort();

/** Asks on the resource, and on everything where IAM knows no resource for the action. */
async function ask(
  role: string,
  action: string,
  resource: string,
  context: Record<string, string | string[]>,
) {
  try {
    return await mayAtMost(role, action, resource, context);
  } catch (error) {
    if (!(error instanceof Error) || !/must\.use\.wildcard|no\.resource\.types/.test(error.message))
      throw error;
    return mayAtMost(role, action, "*", context);
  }
}

const knowsResource = async (action: string, resource: string): Promise<boolean> => {
  try {
    await mayAtMost("deploy_prod", action, resource);
    return resource !== "*";
  } catch {
    return false;
  }
};

const requestOf = (type: string, environment: string) => {
  const calls = PROVIDER_CALLS[type];
  if (calls === undefined) throw new Error(`${type} has no row in provider-calls.ts`);
  const { resource, service, actions, kept = "" } = calls;
  const arn = resource
    .replace("REGION", "eu-west-1")
    .replace("ACCOUNT", ACCOUNT)
    .replaceAll("PREFIX", `shop-${environment}`)
    .replace("PATH", `shop/${environment}`)
    .replace("ZONE", TRAFFIC.zoneId);
  const named = (words: string): string[] =>
    words.split(" ").flatMap((action) => (action === "" ? [] : [`${service}:${action}`]));
  return {
    arn: arn === "*" ? arn : `arn:aws:${arn}`,
    actions: named(actions),
    kept: named(kept),
    context: {
      "aws:ResourceTag/Environment": environment,
      ...(type === "aws_route53_record" && {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": [TRAFFIC.recordName],
      }),
    },
  };
};

describe("each resource type of the stacks", () => {
  it("is known by what the provider calls for it", () => {
    expect([...ofServices, ...ofTraffic].filter((type) => !(type in PROVIDER_CALLS))).toEqual([]);
  });

  it.each([
    ...ofServices.map((type) => ["prod", type] as const),
    ...ofTraffic.map((type) => ["traffic", type] as const),
  ])("deploy-%s may do everything for %s, and keeps what a recovery needs", async (environment, type) => {
    const { arn, actions, kept, context } = requestOf(type, environment);
    const refused: string[] = [];
    for (const action of actions)
      if (!(await ask(`deploy_${environment}`, action, arn, context))) refused.push(action);
    expect(refused).toEqual([]);
    for (const action of kept)
      expect(await ask(`deploy_${environment}`, action, arn, context), action).toBe(false);
  });
});

/** What shows, and what makes something that is not there yet. */
const HARMLESS = /:(Describe|Get|List|View|Create|Register|Allocate|Run)/;
/** What the members of a pair do for each other. */
const RECOVERS = /AutomatedBackupsReplication$/;

describe("and the role of another environment may not:", () => {
  it.each(ofServices)("%s", async (type) => {
    const { arn, actions, context } = requestOf(type, "prod");
    const allowed: string[] = [];
    for (const action of actions) {
      if (HARMLESS.test(action) || !(await knowsResource(action, arn))) continue;
      const strangers = RECOVERS.test(action) ? ["dev"] : ["dev", "dr", "traffic"];
      for (const stranger of strangers)
        if (await mayAtMost(`deploy_${stranger}`, action, arn, context))
          allowed.push(`${stranger} ${action}`);
    }
    expect(allowed).toEqual([]);
  });
});
