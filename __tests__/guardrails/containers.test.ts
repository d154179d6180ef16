import { describe, expect, it } from "vitest";
import { containersOf } from "../../src/guardrails/containers.ts";
import { nonRootContainer } from "../../src/guardrails/non-root-container.ts";
import { pinnedImage } from "../../src/guardrails/pinned-image.ts";
import { synthesizeOne } from "../support/environments.ts";
import { mutate } from "../support/mutate.ts";

const TASK = "aws_ecs_task_definition.compute_task";
const dev = synthesizeOne("dev");

/** The environment with another value in its container; undefined removes it. */
function withContainer(changes: Readonly<Record<string, unknown>>) {
  const [container] = containersOf(dev.template);
  return mutate(dev, TASK, { container_definitions: JSON.stringify([{ ...container, ...changes }]) });
}

describe("pinned-image", () => {
  it("accepts what is synthesized", () => {
    expect(pinnedImage.violations(dev)).toEqual([]);
  });

  it.each([
    `registry.example.com:5000/shop@sha256:${"a".repeat(64)}`,
    "registry.example.com:5000/shop:1.4.2",
    "${aws_ecr_repository.registry_repository.repository_url}:1.4.2",
  ])("accepts %s", (image) => {
    expect(pinnedImage.violations(withContainer({ image }))).toEqual([]);
  });

  it.each([
    "nginx",
    "nginx:latest",
    "registry.example.com:5000/shop",
    "shop@sha256:abc",
    "${aws_ecr_repository.registry_repository.repository_url}",
    "${aws_ecr_repository.registry_repository.repository_url}:latest",
  ])("refuses %s", (image) => {
    expect(pinnedImage.violations(withContainer({ image }))).toEqual([
      {
        key: "compute.container.image",
        message: `container app of ${TASK} runs an image that may change, got ${image}; name a digest or an immutable tag`,
      },
    ]);
  });
});

describe("non-root-container", () => {
  it("accepts what is synthesized", () => {
    expect(nonRootContainer.violations(dev)).toEqual([]);
  });

  it.each([undefined, "root", "0", "0:0", "app", "10001:0", "010"])("refuses user %s", (user) => {
    expect(nonRootContainer.violations(withContainer({ user }))).toEqual([
      {
        key: "compute.container.user",
        message: `container app of ${TASK} may run as root, got user ${user ?? "of the image"}; give it a numeric user such as 10001:10001`,
      },
    ]);
  });
});
