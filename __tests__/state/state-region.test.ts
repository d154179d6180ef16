import { describe, expect, it } from "vitest";
import dr from "../../environments/dr.ts";
import { formatProblem, UserError } from "../../src/config/problem.ts";
import { specsOf } from "../../src/config/spec.ts";
import type { Template } from "../../src/guardrails/template.ts";
import { bytesOf, without } from "../support/bytes.ts";
import { type Changes, configure, merge, synthesizeOne } from "../support/environments.ts";
import { templatesOf } from "../support/synthesis.ts";

const replicated: Changes = { bootstrap: { stateReplication: { enabled: true } } };

const traffic = {
  kind: "traffic",
  standby: "dr",
  zoneId: "Z0123456789ABCDEFGHIJ",
  zoneName: "example.com",
  recordName: "shop.example.com",
};

function templatesAfter(changes: Changes, stateRegion?: string): ReadonlyMap<string, Template> {
  return templatesOf(specsOf(configure({ traffic, ...changes }, { stateRegion })));
}

/** Where the stacks keep their state: bucket, region of the bucket and region of the key must agree. */
function statesOf(templates: ReadonlyMap<string, Template>): Record<string, unknown> {
  return Object.fromEntries(
    [...templates].map(([stack, { terraform }]) => [stack, placeOf(terraform.backend["s3"])]),
  );
}

function placeOf(s3: Readonly<Record<string, unknown>> = {}): unknown {
  const places = new Set([
    String(s3["region"]),
    String(s3["bucket"]).replace("shop-tfstate-111122223333-", ""),
    String(s3["kms_key_id"]).split(":")[3],
  ]);
  const [place, ...others] = places;
  return others.length === 0 ? place : [...places];
}

/** Where the traffic stack reads the outputs of others. */
const readersOf = (templates: ReadonlyMap<string, Template>): unknown =>
  Object.fromEntries(
    Object.entries(templates.get("traffic")?.data["terraform_remote_state"] ?? {}).map(([id, { config }]) => [
      id,
      placeOf(configOf(config)),
    ]),
  );

const configOf = (config: unknown): Record<string, unknown> => merge(config, {});

function refusal(stateRegion: string, changes: Changes = {}): readonly string[] {
  try {
    configure(changes, { stateRegion });
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(formatProblem);
    throw error;
  }
}

describe("the state of", () => {
  it("every environment lies in the primary region without a replica", () => {
    const home = "eu-west-1";
    const templates = templatesAfter({});
    expect(statesOf(templates)).toEqual({ bootstrap: home, dev: home, prod: home, dr: home, traffic: home });
    expect(readersOf(templates)).toEqual({ prod_state: home, dr_state: home });
  });

  it("a standby and its traffic lies in the standby's region with one", () => {
    const [home, away] = ["eu-west-1", "eu-central-1"];
    const templates = templatesAfter(replicated);
    expect(statesOf(templates)).toEqual({ bootstrap: home, dev: home, prod: home, dr: away, traffic: away });
    expect(readersOf(templates)).toEqual({ prod_state: home, dr_state: away });
  });

  it("a standby in a third region is kept out of the region that it recovers from, with a warning", () => {
    const certificateArn = "arn:aws:acm:eu-north-1:111122223333:certificate/9c1de2a7";
    const third = { dr: { region: "eu-north-1", ingress: { certificateArn } } };
    expect(statesOf(templatesAfter({ ...replicated, ...third }))).toMatchObject({ dr: "eu-central-1" });
    expect(configure({ ...replicated, ...third }).warnings).toEqual([
      "environments/dr.ts: state of dr lies in eu-central-1, so that a recovery needs that region beside its own eu-north-1",
    ]);
  });

  it("a standby of an environment in the standby region lies in the primary region", () => {
    const certificate = (region: string) => ({
      certificateArn: `arn:aws:acm:${region}:111122223333:certificate/9c1de2a7`,
    });
    const swapped = {
      prod: { region: "eu-central-1", ingress: certificate("eu-central-1") },
      dr: { region: "eu-west-1", ingress: certificate("eu-west-1") },
    };
    expect(statesOf(templatesAfter({ ...replicated, ...swapped }))).toMatchObject({ dr: "eu-west-1" });
    expect(configure({ ...replicated, ...swapped }).warnings).toEqual([]);
    const third = { ...swapped, dr: { region: "eu-north-1", ingress: certificate("eu-north-1") } };
    expect(statesOf(templatesAfter({ ...replicated, ...third }))).toMatchObject({ dr: "eu-west-1" });
  });

  it("a standby moves alone: nothing else of any service changes with the replica", () => {
    for (const name of ["dev", "prod", "dr"]) {
      const [before, after] = [synthesizeOne(name), synthesizeOne(name, replicated)].map(({ template }) =>
        bytesOf(template),
      );
      // Where the state is in the standby's own region, its plans can ask there for the record in force.
      const moved = name === "dr" ? /^(terraform|data\.aws_s3_objects\.pilot_light_lock_record)$/ : /^$/;
      expect(without(after ?? {}, moved), name).toEqual(without(before ?? {}, moved));
    }
  });
});

describe("a standby without a replica of its state", () => {
  it("is warned of what that means, and no longer with one", () => {
    expect(configure().warnings).toEqual([
      "environments/dr.ts: state of dr lies in eu-west-1, so that it can't be applied while that region is down; set stateReplication.enabled in environments/bootstrap.ts",
    ]);
    expect(configure(replicated).warnings).toEqual([]);
    expect(configure({ dr: undefined }).warnings).toEqual([]);
  });
});

describe("STATE_REGION", () => {
  it.each(["eu-central-1", "eu-west-1"])("moves every backend and every reader to %s", (only) => {
    const templates = templatesAfter(replicated, only);
    expect(statesOf(templates)).toEqual({
      bootstrap: only,
      dev: only,
      prod: only,
      dr: only,
      traffic: only,
    });
    expect(readersOf(templates)).toEqual({ prod_state: only, dr_state: only });
  });

  it("changes backends and readers, and nothing that is deployed", () => {
    const deployed = (templates: ReadonlyMap<string, Template>): unknown =>
      [...templates].map(([stack, { resource, provider, output }]) => ({
        stack,
        resource,
        provider,
        output,
      }));
    expect(deployed(templatesAfter(replicated, "eu-central-1"))).toEqual(
      deployed(templatesAfter(replicated)),
    );
  });

  it("is not forgotten: whoever synthesizes is told", () => {
    expect(configure(replicated, { stateRegion: "eu-central-1" }).warnings).toEqual([
      "STATE_REGION: all state is read and written in eu-central-1; docs/state.md says how to return without losing a write",
    ]);
  });

  it("names a region that holds state", () => {
    expect(refusal("us-east-2", replicated)).toEqual([
      "STATE_REGION: no region that holds state, got us-east-2; choose eu-west-1 or eu-central-1",
    ]);
    expect(refusal("eu-central-1")).toEqual([
      "STATE_REGION: no region that holds state, got eu-central-1; choose eu-west-1, or set stateReplication.enabled in environments/bootstrap.ts",
    ]);
    expect(refusal("eu-central-1", replicated)).toEqual([]);
    expect(refusal("eu-west-1")).toEqual([]);
  });

  it("is judged once the files are right", () => {
    const changes = { bootstrap: { stateReplication: { enabled: "yes" } } };
    expect(refusal("eu-central-1", changes)).toEqual([
      expect.stringMatching(/^environments\/bootstrap\.ts: stateReplication\.enabled: /),
    ]);
  });

  it("holds for a second pair as well", () => {
    const dev = {
      ingress: { certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1", allowHttp: false },
    };
    const spare = merge(dr, {
      recovers: "dev",
      network: { cidr: "10.40.0.0/16" },
    });
    expect(statesOf(templatesAfter({ ...replicated, dev, spare }, "eu-west-1"))).toMatchObject({
      dr: "eu-west-1",
      spare: "eu-west-1",
    });
  });
});
