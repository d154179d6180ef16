import { describe, expect, it } from "vitest";
import dev from "../../environments/dev.ts";
import dr from "../../environments/dr.ts";
import { formatProblem, UserError } from "../../src/config/problem.ts";
import { complaints, configure, merge } from "../support/environments.ts";

describe("a primary and its standby", () => {
  it("are compared in everything that a recovery relies on", () => {
    const changes = {
      dr: {
        region: "eu-west-1",
        network: { cidr: "10.20.128.0/17" },
        compute: { container: { port: 9090 } },
        ingress: { certificateArn: undefined, healthCheck: { path: "/up" } },
        database: { engineVersion: "16", storageGiB: 50 },
        registry: { keepImages: 49 },
      },
    };
    expect(linesOf(changes)).toEqual([
      "environments/dr.ts: region: is the region of prod, got eu-west-1; choose another region",
      "environments/dr.ts: network.cidr: overlaps prod's 10.20.0.0/16, got 10.20.128.0/17; choose a separate range",
      "environments/dr.ts: compute.container.port: differs from prod's 8080, got 9090; make them equal",
      'environments/dr.ts: ingress.healthCheck.path: differs from prod\'s "/health", got "/up"; make them equal',
      'environments/dr.ts: database.engineVersion: differs from prod\'s "17", got "16"; make them equal',
      "environments/dr.ts: database.storageGiB: is below prod's, got 50; give it at least 100",
      "environments/dr.ts: registry.keepImages: is below prod's, got 49; give it at least 50, or the standby deletes images that prod still runs (T57)",
      "environments/dr.ts: ingress.certificateArn: missing, while prod serves HTTPS; issue a certificate in eu-west-1 now, since an incident is too late (T14)",
    ]);
  });

  it("are compared although each has mistakes of its own", () => {
    const changes = {
      prod: { ingress: { publik: true }, compute: { logRetentionDays: 8 } },
      dr: { network: { cidr: "10.20.0.0/16" }, observability: { dashboard: "yes" } },
    };
    expect(linesOf(changes)).toEqual([
      'environments/prod.ts: ingress.publik: unknown key, got "publik"; did you mean "public"',
      expect.stringMatching(
        /^environments\/prod\.ts: compute\.logRetentionDays: not accepted, got 8; choose one of 1, 3, 5,/,
      ),
      'environments/dr.ts: observability.dashboard: expected a boolean, got "yes"; correct the value',
      "environments/dr.ts: network.cidr: overlaps prod's 10.20.0.0/16, got 10.20.0.0/16; choose a separate range",
    ]);
  });

  it("are not compared in a section that is not right yet", () => {
    const changes = {
      prod: { compute: { container: { port: "9090" } } },
      dr: { compute: { container: { port: 9090 } } },
    };
    expect(linesOf(changes)).toEqual([
      'environments/prod.ts: compute.container.port: expected a number, got "9090"; correct the value',
    ]);
  });

  it("are compared even while the project is wrong", () => {
    const changes = {
      project: { name: "SHOP" },
      dr: { network: { cidr: "10.20.0.0/16" } },
      spare: merge(dr, { recovers: "nobody" }),
    };
    expect(linesOf(changes)).toEqual([
      expect.stringMatching(/^environments\/project\.ts: name: .*, got "SHOP"; correct the value$/),
      'environments/spare.ts: recovers: names no service environment, got "nobody"; choose among: dev, prod',
      "environments/dr.ts: network.cidr: overlaps prod's 10.20.0.0/16, got 10.20.0.0/16; choose a separate range",
    ]);
  });

  it.each([
    ["nothing", "prd", "dev, prod"],
    ["itself", "dr", "dev, prod"],
    ["the bootstrap", "bootstrap", "dev, prod"],
    ["the project", "project", "dev, prod"],
  ])("are no pair when the standby recovers %s", (_, recovers, names) => {
    expect(complaints({ dr: { recovers } })).toEqual([
      `environments/dr.ts: recovers: names no service environment, got "${recovers}"; choose among: ${names}`,
    ]);
  });

  it("are said to be a pair by one file only", () => {
    const second = merge(dr, { network: { cidr: "10.40.0.0/16" } });
    expect(complaints({ spare: second })).toEqual([
      'environments/spare.ts: recovers: has a standby already, got "prod", which environments/dr.ts recovers; keep one standby',
    ]);
  });

  it("are no mistake of the standby when the primary has one", () => {
    expect(complaints({ prod: { network: { cidr: undefined } } })).toEqual([
      "environments/prod.ts: network.cidr: missing; give it a string",
    ]);
  });

  it("are warned of control planes that an outage takes along", () => {
    const certificateArn =
      "arn:aws:acm:us-east-1:111122223333:certificate/2b7e0f9c-51d3-4f0e-9a51-5d0a3d1c8e42";
    const { warnings } = configure({ prod: { region: "us-east-1", ingress: { certificateArn } } });
    expect(warnings.filter((warning) => warning.includes(": region: "))).toEqual([
      expect.stringMatching(/^environments\/prod\.ts: region: us-east-1 also hosts .*IAM, Route 53/),
    ]);
  });
});

describe("environments of one folder", () => {
  it("share one state bucket", () => {
    expect(complaints({ state: { kind: "bootstrap" } })).toEqual([
      'environments/state.ts: kind: a second one, got "bootstrap" again, while all environments share its bucket; keep one',
    ]);
  });

  it("have names that fit behind the project's", () => {
    const name = "development-of-the-shop-2";
    expect(complaints({ [name]: dev, dev: undefined })).toEqual([
      `environments/${name}.ts: name is longer than 28 characters, got "shop-${name}" with 30; shorten the project's name or rename the file`,
    ]);
  });

  it.each(["Dev", "dev_2", "-dev", "dév", "2dev", "tfstate", "constructor"])("are not called %s", (name) => {
    expect(complaints({ [name]: dev, dev: undefined })).toEqual([
      `environments/${name}.ts: file name does not name an environment, got "${name}"; use lower-case letters, digits and hyphens, and none of tfstate, plan, constructor`,
    ]);
  });

  it("hold nothing that CDKTF reads as a number", () => {
    expect(complaints({ "dev-19e288": dev, dev: undefined })).toEqual([
      'environments/dev-19e288.ts: name holds what CDKTF reads as a number, got "shop-dev-19e288"; rename the file or the project',
    ]);
  });

  it("accept ARNs of their own account and region only", () => {
    const webAclArn = "arn:aws:wafv2:eu-central-1:444455556666:regional/webacl/shop/1a2b3c4d";
    expect(complaints({ dev: { ingress: { webAclArn } } })).toEqual([
      "environments/dev.ts: ingress.webAclArn: is in another region, got eu-central-1; name one in eu-west-1",
      "environments/dev.ts: ingress.webAclArn: belongs to another account, got 444455556666; name one of 111122223333",
    ]);
  });
});

/** The lines of the files alone, without what synthesis would add. */
function linesOf(changes: Parameters<typeof configure>[0]): readonly string[] {
  try {
    configure(changes);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(formatProblem);
    throw error;
  }
}
