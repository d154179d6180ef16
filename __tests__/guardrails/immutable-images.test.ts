import { describe, expect, it } from "vitest";
import { immutableImages } from "../../src/guardrails/immutable-images.ts";
import { breaches } from "../support/breaches.ts";
import { synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const REPOSITORY = "aws_ecr_repository.registry_repository";

describe("immutable-images", () => {
  it.each(["MUTABLE", "IMMUTABLE_WITH_EXCLUSION", undefined])(
    "refuses %s, in dev as well (T5)",
    (mutability) => {
      const subject = mutate(synthesizeOne("dev"), REPOSITORY, { image_tag_mutability: mutability });
      expect(breaches(immutableImages, subject)).toEqual([
        `registry: ${REPOSITORY} lets tags be overwritten, got ${mutability}; set image_tag_mutability to IMMUTABLE`,
      ]);
    },
  );

  it.each(["dev", "prod", "dr"])("holds in %s", (name) => {
    expect(breaches(immutableImages, synthesizeOne(name))).toEqual([]);
  });
});
