import { describe, expect, it } from "vitest";
import { z } from "zod";
import dev from "../../environments/dev.ts";
import dr from "../../environments/dr.ts";
import prod from "../../environments/prod.ts";
import { resourcesOf } from "../../src/guardrails/template.ts";
import { bytesOf, without } from "../support/bytes.ts";
import { resolveReferences } from "../support/references.ts";
import {
  activation,
  type Changes,
  complaints,
  configure,
  merge,
  type Synthesized,
  synthesizeOne,
} from "../support/environments.ts";

const TYPE = "aws_ecr_replication_configuration";

const on: Changes = { prod: { registry: { replication: { enabled: true } } } };

const configurationSchema = z.object({
  replication_configuration: z.object({
    rule: z
      .array(
        z.object({
          destination: z.array(z.object({ region: z.string(), registry_id: z.string() })).max(25),
          repository_filter: z
            .array(z.object({ filter: z.string(), filter_type: z.literal("PREFIX_MATCH") }))
            .min(1),
        }),
      )
      .max(10),
  }),
});

/** Where ECR would send an image that is pushed to a repository of the environment's region. */
function destinationsOf(repository: string, subject: Synthesized): readonly string[] {
  return resourcesOf(subject.template, TYPE)
    .flatMap(({ body }) => configurationSchema.parse(body).replication_configuration.rule)
    .filter((rule) =>
      rule.repository_filter.some(({ filter }) => repository.startsWith(resolveReferences(filter, subject))),
    )
    .flatMap(({ destination }) => destination.map(({ region, registry_id }) => `${registry_id} ${region}`));
}

const secondPair = (region: string, prefix: string): Changes => ({
  stage: merge(prod, {
    region,
    network: { cidr: "10.60.0.0/16" },
    ingress: { certificateArn: `arn:aws:acm:${region}:111122223333:certificate/${prefix}` },
  }),
});

describe("the replication of a registry", () => {
  it("does not exist unless a file asks for it", () => {
    for (const name of ["dev", "prod", "dr"]) {
      expect(resourcesOf(synthesizeOne(name).template, TYPE)).toEqual([]);
    }
  });

  it("brings prod's images, and no others, to the region of its standby", () => {
    const subject = synthesizeOne("prod", on);
    expect(destinationsOf("shop-prod", subject)).toEqual(["111122223333 eu-central-1"]);
    expect(destinationsOf("shop-dev", subject)).toEqual([]);
  });

  it("follows the standby to another region", () => {
    const certificateArn = "arn:aws:acm:eu-north-1:111122223333:certificate/9c1de2a7";
    const subject = synthesizeOne("prod", {
      ...on,
      dr: { region: "eu-north-1", ingress: { certificateArn } },
    });
    expect(destinationsOf("shop-prod", subject)).toEqual(["111122223333 eu-north-1"]);
  });

  it("goes where the file says instead, a standby's region among them", () => {
    const regions = ["eu-north-1", "eu-central-1"];
    const subject = synthesizeOne("prod", {
      prod: { registry: { replication: { enabled: true, regions } } },
    });
    expect(destinationsOf("shop-prod", subject)).toEqual([
      "111122223333 eu-north-1",
      "111122223333 eu-central-1",
    ]);
  });

  it("changes nothing else of either environment", () => {
    const [before, after] = [synthesizeOne("prod"), synthesizeOne("prod", on)];
    expect(without(bytesOf(after.template), new RegExp(`^${TYPE}\\.`))).toEqual(bytesOf(before.template));
    expect(bytesOf(synthesizeOne("dr", on).template)).toEqual(bytesOf(synthesizeOne("dr").template));
  });
});

describe("a standby's registry", () => {
  it("finds its primary's images under the name that replication keeps (T2)", () => {
    const repositories = resourcesOf(synthesizeOne("dr", on).template, "aws_ecr_repository");
    expect(repositories).toHaveLength(1);
    for (const { body } of repositories) {
      expect(destinationsOf(String(body["name"]), synthesizeOne("prod", on))).not.toEqual([]);
    }
  });

  it("sends nothing anywhere until it serves, and then back to its primary", () => {
    expect(resourcesOf(synthesizeOne("dr", { ...on, ...activation("restored") }).template, TYPE)).toEqual([]);
    const active = synthesizeOne("dr", { ...on, ...activation("active") });
    expect(destinationsOf("shop-prod", active)).toEqual(["111122223333 eu-west-1"]);
  });

  it("sends nothing when its primary does not", () => {
    expect(resourcesOf(synthesizeOne("dr", activation("active")).template, TYPE)).toEqual([]);
  });

  it("leaves the registry of its region to the environment that owns it (T4), with a warning", () => {
    const changes = {
      ...on,
      ...secondPair("eu-central-1", "stage"),
      ...activation("active"),
    };
    const owned = merge(changes, {
      stage: { registry: { replication: { enabled: true, regions: ["eu-north-1"] } } },
    });
    expect(resourcesOf(synthesizeOne("dr", owned).template, TYPE)).toEqual([]);
    expect(resourcesOf(synthesizeOne("dr", changes).template, TYPE)).toHaveLength(1);
    expect(configure(owned).warnings).toContain(
      "environments/dr.ts: registry: images pushed to dr while it serves do not reach eu-west-1, since environments/stage.ts owns the replication of eu-central-1; a failback has to copy them",
    );
  });

  it("shares its region with another standby, of which only one sends", () => {
    const changes = {
      ...on,
      ...secondPair("us-west-1", "stage"),
      spare: merge(dr, { recovers: "stage", network: { cidr: "10.70.0.0/16" } }),
      ...activation("active"),
    };
    const { "dr.activation": record } = activation("active");
    const both = merge(changes, {
      stage: { registry: { replication: { enabled: true } } },
      "spare.activation": record,
    });
    const owners = ["dr", "spare"].filter(
      (name) => resourcesOf(synthesizeOne(name, both).template, TYPE).length > 0,
    );
    expect(owners).toEqual(["dr"]);
  });

  it("has no replication of its own to be switched on in peace", () => {
    expect(complaints({ dr: { registry: { replication: { enabled: true } } } })).toEqual([
      expect.stringMatching(/^environments\/dr\.ts: registry\.replication: unknown key/),
    ]);
  });
});

describe("a replication that can't be", () => {
  const replicated = (regions: readonly string[] | undefined): Changes => ({
    prod: { registry: { replication: { enabled: true, ...(regions && { regions }) } } },
  });

  it("is refused to a second environment of the region, which both files show", () => {
    const changes = { ...on, dev: { registry: { replication: { enabled: true, regions: ["eu-north-1"] } } } };
    expect(complaints(changes)).toEqual([
      "environments/prod.ts: registry.replication.enabled: got true in environments/dev.ts as well, while the registry of eu-west-1 has one configuration that each would overwrite (T4); set one of them to false",
    ]);
  });

  it("is open to environments of different regions", () => {
    const certificateArn = "arn:aws:acm:eu-north-1:111122223333:certificate/2b7e0f9c";
    const elsewhere = { region: "eu-north-1", ingress: { certificateArn, allowHttp: false } };
    const changes = {
      ...on,
      dev: { ...elsewhere, registry: { replication: { enabled: true, regions: ["eu-west-3"] } } },
    };
    expect(complaints(changes)).toEqual([]);
  });

  it("needs somewhere to go", () => {
    expect(complaints({ dev: { registry: { replication: { enabled: true } } } })).toEqual([
      "environments/dev.ts: registry.replication.regions: missing, while no standby recovers dev; name the regions",
    ]);
  });

  it("is not said to lack a standby whose file can't be read yet", () => {
    expect(complaints({ ...on, dr: { kind: "stand-by" } })).toEqual([
      expect.stringMatching(/^environments\/dr\.ts: kind: /),
    ]);
    expect(complaints({ ...on, dr: { recovers: "prd" } })).toEqual([
      expect.stringMatching(/^environments\/dr\.ts: recovers: /),
    ]);
  });

  it("does not leave out the standby", () => {
    expect(complaints(replicated(["eu-north-1"]))).toEqual([
      "environments/prod.ts: registry.replication.regions: leaves out dr, which is to run these images, got eu-north-1; add eu-central-1",
    ]);
  });

  it("goes to another region, and to each once", () => {
    expect(complaints(replicated(["eu-west-1", "eu-central-1", "eu-central-1"]))).toEqual([
      "environments/prod.ts: registry.replication.regions[0]: is the environment's own region, got eu-west-1; name another one, or remove it",
      "environments/prod.ts: registry.replication.regions[2]: named before, got eu-central-1 again; keep one",
    ]);
  });

  it("has at most as many destinations as ECR takes, and not none", () => {
    const many = Array.from({ length: 26 }, (_, index) => `eu-west-${(index % 9) + 1}`);
    expect(complaints(replicated(many))).toContainEqual(
      expect.stringMatching(
        /^environments\/prod\.ts: registry\.replication\.regions: .*the most is 25 entries$/,
      ),
    );
    expect(complaints(replicated([]))).toContainEqual(
      expect.stringMatching(
        /^environments\/prod\.ts: registry\.replication\.regions: .*the least is 1 entries$/,
      ),
    );
  });
});

describe("a prefix filter", () => {
  it("takes along a repository whose name begins the same, which is worth a warning", () => {
    const neighbour = merge(dev, { network: { cidr: "10.80.0.0/16" } });
    const line =
      "environments/prod.ts: registry.replication: ECR filters by prefix, so that shop-prod takes the repository shop-production of environments/production.ts along; rename that environment if its images must stay";
    expect(configure({ ...on, production: neighbour }).warnings).toContain(line);
    expect(destinationsOf("shop-production", synthesizeOne("prod", on))).not.toEqual([]);
    expect(configure({ production: neighbour }).warnings).not.toContain(line);
    expect(configure(on).warnings.join("\n")).not.toContain("prefix");
  });
});
