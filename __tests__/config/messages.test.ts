import { describe, expect, it } from "vitest";
import { formatProblem } from "../../src/config/problem.ts";
import { environmentSchema } from "../../src/config/schema.ts";
import { validate } from "../../src/config/validate.ts";
import { complaints, configure } from "../support/environments.ts";

describe("mistakes in one file", () => {
  it("are all reported, in the words of the file", () => {
    const dev = {
      netwrok: { cidr: "10.10.1.0/16", nat: "double" },
      network: undefined,
      database: { storageGiB: "20", multiAZ: true, engineVersion: "17.4" },
      budget: { emails: ["nobody"], monthlyLimitUsd: 0 },
    };
    expect(complaints({ dev })).toEqual([
      'environments/dev.ts: database.multiAZ: unknown key, got "multiAZ"; did you mean "multiAz"',
      'environments/dev.ts: netwrok: unknown key, got "netwrok"; did you mean "network"',
      'environments/dev.ts: network.cidr: range is not aligned to its prefix, got "10.10.1.0/16"; write 10.10.0.0/16',
      'environments/dev.ts: network.nat: not accepted, got "double"; choose one of "none", "single", "per-zone"',
      'environments/dev.ts: database.engineVersion: expected a PostgreSQL major version from 13 to 18, without a minor version (T13), got "17.4"; correct the value',
      'environments/dev.ts: database.storageGiB: expected a number, got "20"; correct the value',
      "environments/dev.ts: budget.monthlyLimitUsd: not accepted, got 0; choose more than 0",
      'environments/dev.ts: budget.emails[0]: expected an e-mail address, got "nobody"; correct the value',
    ]);
  });

  it.each([
    {
      mistake: "an unknown key that resembles none",
      changes: { project: { zzz: 1 } },
      line: /^environments\/project\.ts: zzz: unknown key, got "zzz"; choose among name, service, accountId, .*repository$/,
    },
    {
      mistake: "a part of a key, which is not missing as well",
      changes: { dev: { database: { storageGiB: undefined, storage: 30 } } },
      line: 'environments/dev.ts: database.storage: unknown key, got "storage"; did you mean "storageGiB"',
    },
    {
      mistake: "a missing key",
      changes: { dev: { network: { cidr: undefined } } },
      line: "environments/dev.ts: network.cidr: missing; give it a string",
    },
    {
      mistake: "a kind that does not exist",
      changes: { bootstrap: { kind: "bootstrp" } },
      line: 'environments/bootstrap.ts: kind: not accepted, got "bootstrp"; choose one of "bootstrap", "service", "standby", "traffic"',
    },
    {
      mistake: "a network that is too small",
      changes: { dev: { network: { cidr: "10.10.0.0/24" } } },
      line: 'environments/dev.ts: network.cidr: range is too small, got "10.10.0.0/24"; choose a prefix from /16 to /20',
    },
    {
      mistake: "a public network",
      changes: { dev: { network: { cidr: "8.8.0.0/16" } } },
      line: 'environments/dev.ts: network.cidr: range is public, got "8.8.0.0/16"; choose one within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10',
    },
    {
      mistake: "one zone",
      changes: { dev: { network: { zones: ["a"] } } },
      line: 'environments/dev.ts: network.zones: a load balancer needs two zones, got ["a"]; name 2 or 3 zone letters',
    },
    {
      mistake: "a placeholder",
      changes: { prod: { ingress: { certificateArn: "CHANGE_ME" } } },
      line: 'environments/prod.ts: ingress.certificateArn: still a placeholder, got "CHANGE_ME"; replace it with the real value',
    },
    {
      mistake: "an empty ARN",
      changes: { prod: { ingress: { certificateArn: "" } } },
      line: 'environments/prod.ts: ingress.certificateArn: empty, got ""; give it a value or remove the key',
    },
    {
      mistake: "an image that moves",
      changes: { prod: { compute: { container: { image: { tag: "latest" } } } } },
      line: 'environments/prod.ts: compute.container.image.tag: "latest" names another image tomorrow, got "latest"; name an immutable tag such as 1.4.2, or a digest',
    },
    {
      mistake: "a task size that Fargate does not offer",
      changes: { prod: { compute: { cpu: 1024, memoryMiB: 1024 } } },
      line: "environments/prod.ts: compute.memoryMiB: Fargate does not offer 1024 MiB with 1024 CPU units, got 1024; choose 2048 to 8192 in steps of 1024",
    },
    {
      mistake: "a region that does not exist",
      changes: { dev: { region: "eu-wset-1" } },
      line: 'environments/dev.ts: region: expected a region code such as eu-west-1, got "eu-wset-1"; correct the value',
    },
    {
      mistake: "equal regions",
      changes: { project: { regions: { standby: "eu-west-1" } } },
      line: 'environments/project.ts: regions.standby: is the primary region too, got "eu-west-1"; choose another region',
    },
    {
      mistake: "an exception without a reason",
      changes: { prod: { exceptions: [{ guardrail: "nat-per-zone" }] } },
      line: "environments/prod.ts: exceptions[0].reason: missing, expected a reason of at least 10 characters; say why this environment may differ",
    },
    {
      mistake: "a certificate of another region",
      changes: { prod: { region: "eu-north-1" } },
      line: "environments/prod.ts: ingress.certificateArn: is in another region, got eu-west-1; name one in eu-north-1",
    },
    {
      mistake: "a key that needs quotes",
      changes: { dev: { database: { parameters: { "rds.force_ssl": "0" } } } },
      line: /^environments\/dev\.ts: database\.parameters: TLS is always forced, got .*; remove rds\.force_ssl$/,
    },
    {
      mistake: "a variable that the project sets",
      changes: { dev: { compute: { container: { environment: { DATABASE_HOST: "x" } } } } },
      line: /^environments\/dev\.ts: compute\.container\.environment\.DATABASE_HOST: is set by the project, got "DATABASE_HOST"; choose another name$/,
    },
  ])("$mistake is one line", ({ changes, line }) => {
    const lines = complaints(changes);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it("leaves words alone that merely contain a placeholder", () => {
    const environment = { EXCHANGE_METHOD: "exchange-metrics" };
    expect(() => configure({ dev: { compute: { container: { environment } } } })).not.toThrow();
  });
});

describe("what is no configuration at all", () => {
  class Settings {
    readonly kind = "service";
  }
  const circle: Record<string, unknown> = { kind: "bootstrap" };
  circle["state"] = circle;

  it.each([
    ["a function", () => ({}), "expected plain data, got a function; write plain data"],
    ["a class", Settings, "expected plain data, got a function; write plain data"],
    ["an instance", new Settings(), "expected plain data, got an instance of Settings; write plain data"],
    ["a promise", Promise.resolve({}), "expected plain data, got a promise; await it"],
    ["null", null, "expected an object, got null; correct the value"],
    ["a list", [["a"]], 'expected an object, got [["a"]]; correct the value'],
    ["a number", Number.NaN, "expected an object, got NaN; correct the value"],
    ["a circle", circle, "state: contains itself; write plain data"],
    [
      "a nested function",
      { kind: () => "service" },
      "kind: expected plain data, got a function; write plain data",
    ],
    ["a big number", { kind: 1n }, "kind: expected plain data, got 1; write plain data"],
  ])("is named: %s", (_, extra, message) => {
    const { problems, value } = validate(environmentSchema, {
      name: "extra",
      file: "extra.ts",
      value: extra,
    });
    expect(problems.map(formatProblem)).toEqual([`extra.ts: ${message}`]);
    expect(value).toBeUndefined();
  });
});
