import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BILLABLE, FREE } from "../../src/costs/billable.ts";
import { merge } from "../../src/costs/changes.ts";
import { compare, type Difference } from "../../src/costs/compare.ts";
import { costReference } from "../../src/costs/document.ts";
import type { Flag } from "../../src/costs/flags.ts";
import { parseTemplate } from "../../src/guardrails/template.ts";
import { configuration, ENVIRONMENT_FLAGS, STANDBY_FLAGS, variants } from "./support.ts";

const flags = [...STANDBY_FLAGS, ...ENVIRONMENT_FLAGS];

const differenceOf = ({ before, after }: Flag): Difference =>
  compare(variants.stacks(before), variants.stacks(after));
const flag = (title: string): Difference => {
  const found = flags.find((one) => one.title === title);
  if (found === undefined) throw new Error(`no flag ${title}`);
  return differenceOf(found);
};
const added = ({ additions }: Difference): readonly string[] =>
  additions.map(({ stack, type, change, resources }) => `${stack} ${change} ${resources.length} ${type}`);

describe("docs/costs.md", () => {
  it("is what npm run docs would write now", () => {
    expect(readFileSync("docs/costs.md", "utf8"), "stale; run npm run docs and commit the result").toBe(
      costReference(configuration, variants),
    );
  });
});

describe("what a choice adds", () => {
  it("is a standby's own affair: nothing of prod, dev or bootstrap changes", () => {
    const { additions, resizings } = flag("The standby");
    expect(new Set(additions.map(({ stack }) => stack))).toEqual(new Set(["dr"]));
    expect(resizings).toEqual([]);
    expect(added({ additions, resizings })).toContain("dr added 1 aws_nat_gateway");
  });

  it("is a vault in each region for copies, and an alarm that misses them", () => {
    expect(added(flag("Backup copies"))).toEqual([
      "prod added 1 aws_backup_vault",
      "prod added 1 aws_cloudwatch_metric_alarm",
      "dr added 1 aws_backup_vault",
    ]);
  });

  it("is the size of the primary once the standby serves", () => {
    expect(flag("An incident: the standby goes active, beside backup copies").resizings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ stack: "dr", argument: "desired_count", before: "0", after: "3" }),
        expect.objectContaining({ stack: "dr", argument: "multi_az", before: "false", after: "true" }),
      ]),
    );
  });

  it("can be less, too", () => {
    expect(added(flag("Interface endpoints in place of NAT"))).toContain("prod removed 1 aws_nat_gateway");
  });

  it("is something for every flag that the document names", () => {
    for (const one of flags) {
      const { additions, resizings } = differenceOf(one);
      expect(additions.length + resizings.length, one.title).toBeGreaterThan(0);
    }
  });
});

describe("resource types", () => {
  it("are known to cost or not to cost, each one that a stack can have", () => {
    const types = flags
      .flatMap(({ after }) => [...variants.stacks(after).values()])
      .flatMap(({ resource }) => Object.keys(resource));
    const undecided = [...new Set(types)].filter((type) => !(type in BILLABLE) && !FREE.has(type));
    expect(undecided, "decide in src/costs/billable.ts what AWS counts").toEqual([]);
    expect(Object.keys(BILLABLE).filter((type) => FREE.has(type))).toEqual([]);
  });
});

describe("a comparison", () => {
  const types = ["aws_lb", "aws_kms_key", "aws_subnet", "aws_vpc_endpoint"];
  const resources = fc.dictionary(
    fc.constantFrom(...types),
    fc.dictionary(
      fc.constantFrom("a", "b", "c"),
      fc.record({ vpc_endpoint_type: fc.constantFrom("Gateway", "Interface") }),
    ),
  );
  const stacks = resources.map((resource) => new Map([["one", parseTemplate({ resource })]]));

  it("finds nothing between equals", () => {
    fc.assert(
      fc.property(stacks, (one) => {
        expect(compare(one, one)).toEqual({ additions: [], resizings: [] });
      }),
    );
  });

  it("takes back what it gave when the two change places", () => {
    fc.assert(
      fc.property(stacks, stacks, (one, other) => {
        const turned = compare(other, one).additions.map((addition) => ({
          ...addition,
          change: addition.change === "added" ? "removed" : "added",
        }));
        const sorted = (list: readonly unknown[]) => list.map((entry) => JSON.stringify(entry)).sort();
        expect(sorted(turned)).toEqual(sorted(compare(one, other).additions));
      }),
    );
  });

  it("leaves out what is free", () => {
    fc.assert(
      fc.property(stacks, (one) => {
        const { additions } = compare(new Map(), one);
        expect(additions.some(({ type }) => type === "aws_subnet")).toBe(false);
        expect(
          additions.flatMap(({ type, resources: found }) => (type === "aws_vpc_endpoint" ? found : [])),
        ).toHaveLength(
          Object.values(one.get("one")?.resource["aws_vpc_endpoint"] ?? {}).filter(
            (body) => body["vpc_endpoint_type"] === "Interface",
          ).length,
        );
      }),
    );
  });
});

describe("changes", () => {
  it("merge objects, replace everything else, and remove what is undefined", () => {
    const base = { kept: 1, list: [1, 2], inner: { gone: true, kept: true } };
    expect(merge(base, { list: [3], inner: { gone: undefined, fresh: 1 } })).toEqual({
      kept: 1,
      list: [3],
      inner: { kept: true, fresh: 1 },
    });
    expect(base.inner.gone).toBe(true);
  });
});
