import { describe, expect, it } from "vitest";
import { containerSchema, SET_BY_PROJECT } from "../../src/compute/fields.ts";
import { specsOf } from "../../src/config/spec.ts";
import { synthesize } from "../../src/stacks/synthesize.ts";
import { type Changes, complaints, synthesizeOne } from "../support/environments.ts";
import { exampleConfigurator } from "../support/examples.ts";

const container = (changes: object): Changes => ({ dev: { compute: { container: changes } } });
const database = (changes: object): Changes => ({ dev: { database: changes } });
const testing = (changes: object): Changes => ({
  prod: { database: { backup: { enabled: true, copyRetentionDays: 35, schedule: "cron(0 1 ? * MON *)" } } },
  dr: {
    objectives: { rpoHours: 400 },
    database: {
      recovery: { strategy: "backup-copy", vault: { restoreTesting: { enabled: true, ...changes } } },
    },
  },
});
const addresses = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `198.51.${index}.0/24`);

describe("what AWS would refuse", () => {
  const rows: readonly (readonly [what: string, changes: Changes, line: RegExp])[] = [
    [
      "a tag with an ampersand",
      { project: { owner: "R&D" } },
      /^environments\/project\.ts: owner: .*, got "R&D"; replace/,
    ],
    [
      "a tag of 257 characters",
      { project: { costCenter: "x".repeat(257) } },
      /: costCenter: expected a cost centre, as at most 256/,
    ],
    ["code in a tag", { project: { owner: "Team ${PLATFORM}" } }, /: owner: expected/],
    [
      "an address with quotes",
      { dev: { observability: { alarmEmails: ['x",file("/etc/hostname"),"y@z.q'] } } },
      /alarmEmails\[0\]: expected an e-mail address/,
    ],
    [
      "an ARN with code in it",
      { dev: { ingress: { webAclArn: "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/${file(1)}" } } },
      /webAclArn: expected an ARN/,
    ],
    [
      "a project that is called as AWS's parameters",
      { project: { name: "aws-shop" } },
      /: name: starts with what AWS keeps for itself/,
    ],
    [
      "a project that is called as internal load balancers",
      { project: { name: "internal-x" } },
      /: name: starts with/,
    ],
    ["a project that is called as S3's buckets", { project: { name: "sthree-x" } }, /: name: starts with/],
    [
      "an account as a number",
      { project: { accountId: 111122223333 } },
      /: accountId: expected an account id of 12 digits in quotes, got 111122223333; write it as "111122223333"$/,
    ],
    [
      "a user that RDS keeps",
      database({ username: "admin" }),
      /username: is reserved by PostgreSQL or RDS \(T56\), got "admin"; choose/,
    ],
    ["a role of PostgreSQL", database({ username: "pg_monitor" }), /username: is reserved/],
    ["a role of RDS", database({ username: "rds_superuser" }), /username: is reserved/],
    ["a reserved word as a user", database({ username: "user" }), /username: is reserved/],
    ["a template as a database", database({ name: "template0" }), /database\.name: is reserved/],
    ["a reserved word as a database", database({ name: "order" }), /database\.name: is reserved/],
    [
      "a version in Extended Support",
      { dev: { database: { engineVersion: "13" } } },
      /engineVersion: is in RDS Extended Support, which is charged .*, got "13"; choose .*extendedSupport to true$/,
    ],
    [
      "an empty parameter",
      database({ parameters: { log_line_prefix: "" } }),
      /parameters\.log_line_prefix: empty/,
    ],
    [
      "a range twice",
      { dev: { ingress: { allowedCidrs: ["198.51.100.0/24", "198.51.100.0/24"] } } },
      /allowedCidrs\[1\]: range is named twice, got 198\.51\.100\.0\/24 again; name each once$/,
    ],
    [
      "31 ranges",
      { dev: { ingress: { allowedCidrs: addresses(31) } } },
      /allowedCidrs: more than 30 ranges, and each takes two of the 60 rules/,
    ],
    [
      "Docker's notation",
      container({ healthCommand: ["CMD-SHELL", "curl -f http://localhost/"] }),
      /healthCommand\[0\]: begins with Docker's CMD-SHELL, got "CMD-SHELL"; write the program/,
    ],
    [
      "a command in one word",
      container({ healthCommand: ["curl -f http://localhost/"] }),
      /healthCommand\[0\]: is one word with blanks in it/,
    ],
    [
      "a variable with an equals sign",
      container({ environment: { "A=B": "x" } }),
      /A=B"?\]?: expected an environment variable/,
    ],
    [
      "a value with a NUL in it",
      container({ environment: { A: "x\0y" } }),
      /environment\.A: holds a character/,
    ],
    [
      "variables of 70 KB",
      container({ environment: { A: "x".repeat(70_000) } }),
      /environment: is larger than 56 KiB, got 69 KiB; keep/,
    ],
    ["a writable root", container({ writablePaths: ["/"] }), /writablePaths\[0\]: expected an absolute path/],
    [
      "a way up in a path",
      container({ writablePaths: ["/tmp/../etc"] }),
      /writablePaths\[0\]: expected an absolute path/,
    ],
    [
      "a path of the kernel",
      container({ writablePaths: ["/proc/self"] }),
      /writablePaths\[0\]: is the kernel's/,
    ],
    [
      "a path within another",
      container({ writablePaths: ["/tmp", "/tmp/a"] }),
      /writablePaths\[1\]: is below \/tmp, got \/tmp\/a; name one/,
    ],
    [
      "a path twice",
      container({ writablePaths: ["/tmp", "/tmp"] }),
      /writablePaths\[1\]: is named twice, got \/tmp again/,
    ],
    [
      "a limit in exponents",
      { dev: { budget: { monthlyLimitUsd: 1e21 } } },
      /monthlyLimitUsd: not accepted, got 1e\+21; the most is 1000000000$/,
    ],
    [
      "a limit in parts of a cent",
      { dev: { budget: { monthlyLimitUsd: 1e-7 } } },
      /monthlyLimitUsd: has more than two decimals, got 1e-7; write whole cents$/,
    ],
    [
      "an address of the budget twice",
      { dev: { budget: { emails: ["a@b.co", "a@b.co"] } } },
      /budget\.emails: an address is named twice/,
    ],
    [
      "a restore test that finds nothing",
      testing({ lookBackDays: 1 }),
      /lookBackDays: finds no recovery point on some days, since backups are up to 7 days apart, got 1; give it at least 7$/,
    ],
    [
      "a restore test that looks back too far",
      testing({ lookBackDays: 40 }),
      /lookBackDays: looks back further than copies are kept, got 40; give it at most 35/,
    ],
    [
      "restore tests that overlap",
      testing({ schedule: "cron(0 8 * * ? *)", validationWindowHours: 48 }),
      /schedule: starts the next test after 24 hours, while one may take 49 .*; test less often/,
    ],
    [
      "parameters that the small standby can't bear",
      { prod: { database: { parameters: { shared_buffers: "524288" } } } },
      /^environments\/dr\.ts: database\.parameters\.shared_buffers: missing, while the primary sets it to 524288 .* \(T73\); give it a value that fits/,
    ],
    [
      "variables that only together are too large",
      {
        prod: { compute: { container: { environment: { A: "x".repeat(40_000) } } } },
        dr: { compute: { container: { environment: { B: "x".repeat(40_000) } } } },
      },
      /^environments\/dr\.ts: compute\.container\.environment: with prod's is larger than 56 KiB, got 79 KiB; keep/,
    ],
  ];

  it.each(rows)("is refused with one line: %s", (_, changes, line) => {
    const lines = complaints(changes);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it.each([
    [
      "a namespace of Kubernetes",
      { prod: { compute: { namespace: "kube-system" } } },
      /namespace: namespaces that begin with kube- are Kubernetes's own, got "kube-system"/,
    ],
    [
      "41 ranges of the endpoint",
      { prod: { compute: { endpoint: { allowedCidrs: addresses(41) } } } },
      /allowedCidrs: more than 40 ranges, and EKS takes no more/,
    ],
    [
      "pods larger than their nodes",
      { prod: { compute: { cpuMillicores: 2001 } } },
      /cpuMillicores: is more than the 2 vCPU of m7g\.large, got 2001; give it at most 2000/,
    ],
  ] as const)("is refused on EKS: %s", async (_, changes, line) => {
    const example = await exampleConfigurator("eks");
    expect(() => example(changes)).toThrow(line);
  });
});

describe("what AWS takes", () => {
  it.each([
    ["room to grow by a tenth", database({ storageGiB: 100, maxStorageGiB: 110 })],
    [
      "variables that the project does not set",
      container({
        environment: {
          DATABASE_POOL_SIZE: "5",
          http_proxy: "http://p",
          Logging__LogLevel__Default: "Debug",
          "spring.profiles.active": "x",
        },
      }),
    ],
    ["parameters with digits", database({ parameters: { md5_password_warnings: "off" } })],
    ["a version that is paid for", database({ engineVersion: "13", extendedSupport: true })],
    ["a name in Cyrillic", { prod: { ingress: { userNames: ["shop.xn--e1afmkfd.xn--p1ai"] } } }],
    ["a team with an umlaut", { project: { owner: "Büro für Ärger: 1/2 + x@y" } }],
    [
      "a standby that says its own parameters",
      {
        prod: { database: { parameters: { shared_buffers: "524288" } } },
        dr: { database: { parameters: { shared_buffers: "16384" } } },
      },
    ],
    [
      "a formula of RDS",
      { prod: { database: { parameters: { shared_buffers: "{DBInstanceClassMemory/32768}" } } } },
    ],
  ] satisfies readonly (readonly [string, Changes])[])("is accepted: %s", (_, changes) => {
    expect(complaints(changes)).toEqual([]);
  });

  it("reaches the small database of the standby, and not the restored one", () => {
    const changes = {
      prod: { database: { parameters: { shared_buffers: "524288", log_line_prefix: "%t " } } },
      dr: { database: { parameters: { shared_buffers: "16384" } } },
    };
    const groups = Object.values(
      synthesizeOne("dr", changes).template.resource["aws_db_parameter_group"] ?? {},
    );
    expect(groups).toMatchObject([
      {
        parameter: [
          { name: "log_line_prefix", value: "%t " },
          { name: "rds.force_ssl", value: "1" },
          { name: "shared_buffers", value: "16384" },
        ],
      },
    ]);
  });

  it("leaves out zones where EKS has no control plane (T76)", async () => {
    const specs = specsOf((await exampleConfigurator("eks"))());
    const services = specs.services
      .filter(({ name }) => name === "prod")
      .map((spec) => ({ ...spec, region: "us-east-1" }));
    const template = synthesize({ bootstrap: undefined, services, traffic: undefined }).templates.get("prod");
    expect(template?.data["aws_availability_zones"]).toMatchObject({
      network_zones: { exclude_zone_ids: ["use1-az3"] },
    });
  });
});

describe("variables that the project sets", () => {
  it("are those that tasks get", () => {
    const { template } = synthesizeOne("dev");
    const [task] = Object.values(template.resource["aws_ecs_task_definition"] ?? {});
    const names = [...String(task?.["container_definitions"]).matchAll(/"name":"([A-Z_]+)"/g)].map(
      ([, name]) => name,
    );
    expect(names.length).toBeGreaterThan(4);
    expect(names.filter((name) => !SET_BY_PROJECT.has(name ?? ""))).toEqual([]);
    expect(
      containerSchema.safeParse({ image: { tag: "1" }, environment: { DATABASE_PORT: "1" } }).success,
    ).toBe(false);
  });
});
