import type { Guardrail } from "./guardrail.ts";
import { resourcesOf } from "./template.ts";

/** A tag that can be moved runs another image after the next restart (T5). */
export const immutableImages: Guardrail = {
  name: "immutable-images",
  summary: "no image tag of any repository can be overwritten",
  violations: ({ template }) =>
    resourcesOf(template, "aws_ecr_repository")
      .map(({ address, body }) => ({ address, mutability: String(body["image_tag_mutability"]) }))
      .filter(({ mutability }) => mutability !== "IMMUTABLE")
      .map(({ address, mutability }) => ({
        key: "registry",
        message: `${address} lets tags be overwritten, got ${mutability}; set image_tag_mutability to IMMUTABLE`,
      })),
};
