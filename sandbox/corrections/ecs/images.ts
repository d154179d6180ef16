import { DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import type { World } from "../../gateway/emulation.ts";

/** `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1.0.0`, or `@sha256:...` in place of the tag. */
const OF_REGISTRY = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/;

/** The first image of a task definition that its registry lacks, as ECS complains of it. Other registries are believed. */
export async function missingImage(
  world: World,
  region: string,
  taskDefinition: string,
): Promise<string | undefined> {
  const ecs = new ECSClient(world.moto.client(region));
  const { taskDefinition: described } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  for (const { image = "" } of described?.containerDefinitions ?? []) {
    if (!(await canBePulled(world, image))) {
      return `CannotPullContainerError: failed to resolve ref ${image}: not found`;
    }
  }
  return undefined;
}

async function canBePulled(world: World, image: string): Promise<boolean> {
  const [, registry, repositoryName, imageTag, imageDigest] = OF_REGISTRY.exec(image) ?? [];
  if (registry === undefined || repositoryName === undefined) {
    return true;
  }
  if (world.isDown(registry)) {
    return false;
  }
  const ecr = new ECRClient({ ...world.moto.client(registry), maxAttempts: 1 });
  // A digest decides where both are given.
  const id = imageDigest === undefined ? { imageTag: imageTag ?? "latest" } : { imageDigest };
  return ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [id] })).then(
    ({ imageDetails = [] }) => imageDetails.length > 0,
    () => false,
  );
}
