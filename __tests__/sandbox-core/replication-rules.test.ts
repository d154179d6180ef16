import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { destinationsOf, refuseInvalid } from "../../sandbox/emulations/ecr/replication-rules.ts";
import { keysWithoutVersion, refusedKeys } from "../../sandbox/emulations/s3/deletions.ts";
import { matchingRules, type Written } from "../../sandbox/emulations/s3/matching-rules.ts";
import { parseReplication } from "../../sandbox/emulations/s3/replication-configuration.ts";

const configuration = (...rules: readonly string[]) =>
  `<ReplicationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Role>arn:aws:iam::1:role/r</Role>${rules.join("")}</ReplicationConfiguration>`;
const rule = (id: string, more: string, bucket = "replica") =>
  `<Rule><ID>${id}</ID><Status>Enabled</Status>${more}<Destination><Bucket>arn:aws:s3:::${bucket}</Bucket></Destination></Rule>`;
const second = (priority: number, filter: string, markers = "Disabled") =>
  `<Priority>${priority}</Priority><Filter>${filter}</Filter><DeleteMarkerReplication><Status>${markers}</Status></DeleteMarkerReplication>`;

const object = (key: string, more: Partial<Written> = {}): Written => ({
  key,
  kind: "object",
  tags: {},
  isKmsEncrypted: false,
  ...more,
});
const idsFor = (xml: string, written: Written) =>
  matchingRules(parseReplication(xml).rules, written).map(({ id }) => id);

describe("the replication rules of a bucket", () => {
  it("choose the highest priority for each destination", () => {
    const xml = configuration(
      rule("low", second(1, "")),
      rule("high", second(5, "<Prefix>a/</Prefix>")),
      rule("elsewhere", second(2, ""), "third"),
    );
    expect(idsFor(xml, object("a/1"))).toEqual(["high", "elsewhere"]);
    expect(idsFor(xml, object("b/1"))).toEqual(["elsewhere", "low"]);
  });

  it("want every tag, and read what XML escapes", () => {
    const tags = "<Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>x &amp; y</Value></Tag>";
    const xml = configuration(rule("tagged", second(1, `<And><Prefix></Prefix>${tags}</And>`)));
    expect(idsFor(xml, object("k", { tags: { a: "1", b: "x & y", c: "3" } }))).toEqual(["tagged"]);
    expect(idsFor(xml, object("k", { tags: { a: "1" } }))).toEqual([]);
  });

  it("replicate delete markers by default only without a filter", () => {
    const marker = object("k", { kind: "delete marker" });
    expect(idsFor(configuration(rule("first schema", "<Prefix></Prefix>")), marker)).toEqual([
      "first schema",
    ]);
    expect(idsFor(configuration(rule("second schema", second(1, ""))), marker)).toEqual([]);
    expect(idsFor(configuration(rule("asked for", second(1, "", "Enabled"))), marker)).toEqual(["asked for"]);
  });

  it.each([
    ["an unknown status", configuration(rule("a", second(1, "")).replace("Enabled", "On")), "MalformedXML"],
    ["no rule", configuration(), "MalformedXML"],
    ["no XML", "{}", "MalformedXML"],
    [
      "a filter without priority",
      configuration(rule("a", "<Filter><Prefix>a</Prefix></Filter>")),
      "InvalidRequest",
    ],
    ["a priority twice", configuration(rule("a", second(1, "")), rule("b", second(1, ""))), "InvalidRequest"],
    [
      "delete markers by tag",
      configuration(rule("a", second(1, "<Tag><Key>k</Key><Value>v</Value></Tag>", "Enabled"))),
      "InvalidRequest",
    ],
    [
      "encrypted objects without a key",
      configuration(
        rule(
          "a",
          `${second(1, "")}<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>`,
        ),
      ),
      "InvalidRequest",
    ],
  ])("are refused with %s", (_what, xml, code) => {
    expect(() => parseReplication(xml)).toThrow(expect.objectContaining({ code }));
  });
});

describe("the deletion of several objects", () => {
  it("leaves markers for keys that name no version and were not refused", () => {
    const request =
      "<Delete><Object><Key> a&lt;b </Key></Object><Object><Key>c</Key><VersionId>1</VersionId></Object></Delete>";
    expect(keysWithoutVersion(request)).toEqual([" a<b "]);
    expect([
      ...refusedKeys("<DeleteResult><Error><Key>c</Key><Code>AccessDenied</Code></Error></DeleteResult>"),
    ]).toEqual(["c"]);
    expect([...refusedKeys("<DeleteResult/>")]).toEqual([]);
  });
});

describe("the replication rules of a registry", () => {
  const own = { region: "eu-west-1", registryId: "1" };
  const to = (region: string, ...filters: readonly string[]) => ({
    destinations: [{ region, registryId: "1" }],
    repositoryFilters: filters.map((filter) => ({ filter, filterType: "PREFIX_MATCH" as const })),
  });

  it("send a repository to each destination once, whatever rules name it", () => {
    const names = fc.stringMatching(/^[a-c]{1,4}$/);
    fc.assert(
      fc.property(names, fc.array(fc.tuple(fc.constantFrom("x", "y"), fc.array(names))), (name, rules) => {
        const found = destinationsOf(
          { rules: rules.map(([region, filters]) => to(region, ...filters)) },
          name,
        );
        const expected = rules
          .filter(([, filters]) => filters.length === 0 || filters.some((filter) => name.startsWith(filter)))
          .map(([region]) => region);
        expect(found.map(({ region }) => region).toSorted()).toEqual([...new Set(expected)].toSorted());
      }),
    );
  });

  it("are ten at most, with twenty-five destinations, none of them the registry itself (T4)", () => {
    const rules = (count: number) => ({ rules: Array.from({ length: count }, () => to("eu-central-1")) });
    expect(() => refuseInvalid(rules(10), own)).not.toThrow();
    expect(() => refuseInvalid(rules(11), own)).toThrow(/less than or equal to 10/);
    expect(() => refuseInvalid({ rules: [to("eu-west-1")] }, own)).toThrow(/same as the source/);
    const destinations = Array.from({ length: 26 }, (_, index) => ({ region: `r${index}`, registryId: "1" }));
    expect(() => refuseInvalid({ rules: [{ destinations }] }, own)).toThrow(/less than or equal to 25/);
  });
});
