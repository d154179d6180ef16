import { array, assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { lifecycleRules } from "../../src/registry/lifecycle.ts";
import { accessIn } from "../support/access.ts";
import { resourceAt, synthesizeOne } from "../support/environments.ts";

const REPOSITORY = "aws_ecr_repository.registry_repository";

interface Image {
  readonly tags: readonly string[];
  readonly ageDays: number;
}

/** What ECR would expire: rules in the order of their priority, an image claimed by the first that selects it. */
function expired(images: readonly Image[], rules: ReturnType<typeof lifecycleRules>): Set<Image> {
  const gone = new Set<Image>();
  for (const { selection } of [...rules].sort((one, other) => one.rulePriority - other.rulePriority)) {
    const isTagged = selection.tagStatus === "tagged";
    const selected = images
      .filter((image) => image.tags.length > 0 === isTagged)
      .sort((one, other) => one.ageDays - other.ageDays);
    const leaving =
      selection.countType === "imageCountMoreThan"
        ? selected.slice(selection.countNumber)
        : selected.filter((image) => image.ageDays > selection.countNumber);
    for (const image of leaving) gone.add(image);
  }
  return gone;
}

const pusher = (account: string): string => `arn:aws:iam::${account}:role/pusher`;

const image = record({
  tags: array(constantFrom("1.0.0", "release-7", "nightly", "0"), { maxLength: 2 }),
  ageDays: integer({ min: 0, max: 400 }),
});

describe("the registry's lifecycle", () => {
  it("keeps the newest tagged images, however many untagged ones there are", () => {
    assert(
      property(
        array(image, { maxLength: 60 }),
        integer({ min: 5, max: 20 }),
        integer({ min: 1, max: 30 }),
        (images, keepImages, untaggedExpiryDays) => {
          const gone = expired(images, lifecycleRules({ keepImages, untaggedExpiryDays }));
          const tagged = images.filter(({ tags }) => tags.length > 0);
          const kept = tagged.filter((one) => !gone.has(one));
          expect(kept).toHaveLength(Math.min(tagged.length, keepImages));
          const oldestKept = Math.max(0, ...kept.map(({ ageDays }) => ageDays));
          for (const one of tagged.filter((one) => gone.has(one))) {
            expect(one.ageDays).toBeGreaterThanOrEqual(oldestKept);
          }
          for (const one of images.filter(({ tags }) => tags.length === 0)) {
            expect(gone.has(one)).toBe(one.ageDays > untaggedExpiryDays);
          }
        },
      ),
    );
  });

  it("is a policy that ECR takes: unique priorities, and patterns for tagged images alone", () => {
    const { template } = synthesizeOne("prod");
    const policy = resourceAt(template, "aws_ecr_lifecycle_policy.registry_lifecycle")["policy"];
    const { rules } = z
      .object({ rules: z.array(z.object({ rulePriority: z.int(), selection: z.looseObject({}) })) })
      .parse(JSON.parse(String(policy)));
    expect(new Set(rules.map(({ rulePriority }) => rulePriority)).size).toBe(rules.length);
    for (const { selection } of rules) {
      expect("tagPatternList" in selection).toBe(selection["tagStatus"] === "tagged");
      expect("countUnit" in selection).toBe(selection["countType"] === "sinceImagePushed");
    }
  });
});

describe("the registry", () => {
  it("carries the primary's name in the standby's region, since replication cannot change it (T2)", () => {
    const [prod, dr] = ["prod", "dr"].map(
      (name) => resourceAt(synthesizeOne(name).template, REPOSITORY)["name"],
    );
    expect(dr).toBe(prod);
    expect(resourceAt(synthesizeOne("dev").template, REPOSITORY)["name"]).not.toBe(prod);
  });

  it.each(["dev", "prod", "dr"])(
    "of %s overwrites no tag, scans, and is not deleted with its images",
    (name) => {
      expect(resourceAt(synthesizeOne(name).template, REPOSITORY)).toMatchObject({
        image_tag_mutability: "IMMUTABLE",
        image_scanning_configuration: { scan_on_push: true },
        force_delete: false,
      });
    },
  );

  it("encrypts with a customer key that ECR may use for this account and nobody else", async () => {
    const subject = synthesizeOne("prod");
    const access = accessIn(subject);
    const [encryption] = z
      .array(z.object({ encryption_type: z.literal("KMS"), kms_key: z.string() }))
      .parse(resourceAt(subject.template, REPOSITORY)["encryption_configuration"]);
    const key = access.resolve(encryption?.kms_key ?? "");
    const viaEcr = { "kms:ViaService": "ecr.eu-west-1.amazonaws.com" };
    const own = pusher(subject.spec.project.accountId);
    expect(await access.principalMay(own, "kms:GenerateDataKey", key, viaEcr)).toBe(true);
    expect(await access.principalMay(pusher("444455556666"), "kms:GenerateDataKey", key, viaEcr)).toBe(false);
  });
});
