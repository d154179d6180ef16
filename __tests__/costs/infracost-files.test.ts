import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, parse, parseDocument } from "yaml";
import type { z } from "zod";
import { activeStacks } from "../../src/costs/active.ts";
import { isBillable } from "../../src/costs/billable.ts";
import { parseTemplate, type Template } from "../../src/guardrails/template.ts";
import { configuration, sources, STANDBY_FLAGS, variants } from "./support.ts";
import { configSchema, USAGE_TYPES, usageSchema } from "./usage-schema.ts";

const read = <Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> =>
  schema.parse(parse(readFileSync(file, "utf8")));

const CONFIGS = ["infracost.yml", "infracost.traffic.yml", "infracost.active.yml"] as const;
const usageFiles = readdirSync("infracost").map((name) => `infracost/${name}`);

const withFlags = STANDBY_FLAGS.map(({ after }) => variants.stacks(after));
const asWritten = variants.stacks([]);
const active = activeStacks(sources, "environments");

/** A stack as it is written, and as it becomes with each flag. */
function variantsOf(stack: string): readonly Template[] {
  const flagged = withFlags.flatMap((stacks) => stacks.get(stack.replace("-active", "")) ?? []);
  const text = active.get(`stacks/${stack.replace("-active", "")}/cdk.tf.json`);
  const written = stack.endsWith("-active") ? text && parseTemplate(JSON.parse(text)) : asWritten.get(stack);
  return written ? [written, ...flagged] : flagged;
}

const addressesOf = (template: Template): readonly string[] =>
  Object.entries(template.resource).flatMap(([type, resources]) =>
    Object.entries(resources)
      .filter(([, body]) => isBillable(type, body))
      .map(([name]) => `${type}.${name}`),
  );

/** Sends data to another region, which is paid for by the GB. */
const sendsAbroad = (template: Template): boolean =>
  template.resource["aws_ecr_replication_configuration"] !== undefined ||
  JSON.stringify(template.resource["aws_backup_plan"] ?? {}).includes('"copy_action"');

const projects = CONFIGS.flatMap((file) => read(file, configSchema).projects);

describe.each(CONFIGS)("%s", (file) => {
  it("has the form that Infracost reads, and names files that are there", () => {
    for (const { usage_file: usage } of read(file, configSchema).projects)
      expect(existsSync(usage)).toBe(true);
  });
});

describe("what is priced", () => {
  it("is every environment, each once", () => {
    const stacks = read("infracost.yml", configSchema).projects.map(({ path }) => path);
    const wanted = [...asWritten.keys()].filter((stack) => stack !== "traffic");
    expect(stacks.sort()).toEqual(wanted.map((stack) => `cdktf.out/stacks/${stack}`).sort());
    expect(read("infracost.traffic.yml", configSchema).projects.map(({ path }) => path)).toEqual([
      "cdktf.out/stacks/traffic",
    ]);
  });

  it("is the standby in active, at the size of its primary and without a state to apply it to", () => {
    const paths = read("infracost.active.yml", configSchema).projects.map(
      ({ path }) => `${path}/cdk.tf.json`,
    );
    expect(paths).toEqual([...active.keys()].map((path) => `cdktf.out/active/${path}`));
    for (const [standby, template] of [...active].map(
      ([path, text]) => [path.split("/")[1] ?? "", parseTemplate(JSON.parse(text))] as const,
    )) {
      expect(JSON.stringify(template)).not.toContain('tfstate"');
      expect(template.terraform.backend).toEqual({});
      const sizes = (one: Template | undefined) =>
        Object.values(one?.resource["aws_db_instance"] ?? {}).map((body) => body["instance_class"]);
      const { primary } = configuration.pairs.find((pair) => pair.standby.name === standby) ?? {};
      expect(sizes(template)).toEqual(sizes(asWritten.get(primary?.name ?? "")));
      const [database] = Object.values(template.resource["aws_db_instance"] ?? {});
      expect(database?.["allocated_storage"]).toBeGreaterThanOrEqual(
        primary?.config.database.storageGiB ?? Infinity,
      );
    }
  });

  it("counts data that leaves the region when, and only when, an environment sends some", () => {
    for (const { name, usage_file: file } of read("infracost.yml", configSchema).projects) {
      const template = asWritten.get(name);
      const counted = JSON.stringify(read(file, usageSchema)).includes("monthly_outbound_other_regions_gb");
      expect(counted, `${name} in infracost.yml: choose the usage file that fits`).toBe(
        template !== undefined && sendsAbroad(template),
      );
    }
  });
});

describe.each(usageFiles)("%s", (file) => {
  const usage = read(file, usageSchema).resource_usage;
  const users = projects.filter((project) => project.usage_file === file).map(({ name }) => name);
  const stack = users[0] ?? file.replace("infracost/", "").replace("-replicating.yml", "");

  it("speaks of resources that the stack has, as it is or with a flag", () => {
    const known = new Set(variantsOf(stack).flatMap(addressesOf));
    const transfers = /^aws_data_transfer\./;
    expect(Object.keys(usage).filter((one) => !transfers.test(one) && !known.has(one))).toEqual([]);
  });

  it("leaves out nothing whose price follows from its use", () => {
    // Nothing is written to it unless somebody upgrades the engine.
    const silent = /database_upgrade_log$/;
    const [written] = variantsOf(stack);
    const priced = (written === undefined ? [] : addressesOf(written)).filter(
      (one) => USAGE_TYPES.has(one.split(".")[0] ?? "") && !silent.test(one),
    );
    expect(priced.filter((one) => !(one in usage))).toEqual([]);
  });

  it("gives a reason for each figure", () => {
    expect(withoutReason(parseDocument(readFileSync(file, "utf8")).contents)).toEqual([]);
  });
});

/** Keys below `resource_usage` whose value has no comment beside it. */
function withoutReason(node: unknown, path: readonly string[] = []): readonly string[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const here = [...path, String(key)];
    if (isMap(value)) return withoutReason(value, here);
    const reason = isScalar(value) ? (value.comment ?? "") : "";
    return here.length === 1 || reason.trim().length > 5 ? [] : [here.join(".")];
  });
}

describe("infracost/prod-replicating.yml", () => {
  it("says of everything else what infracost/prod.yml says", () => {
    const { "aws_data_transfer.to_the_standby": transfer, ...others } = read(
      "infracost/prod-replicating.yml",
      usageSchema,
    ).resource_usage;
    expect(transfer).toBeDefined();
    expect(others).toEqual(read("infracost/prod.yml", usageSchema).resource_usage);
  });
});
