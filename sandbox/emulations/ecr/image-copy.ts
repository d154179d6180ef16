import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  PutImageCommand,
} from "@aws-sdk/client-ecr";
import type { World } from "../../gateway/emulation.ts";

/** An image as a push left it. moto keeps manifests and no layers. */
export interface PushedImage {
  readonly repositoryName: string;
  readonly digest: string;
  readonly tag: string | undefined;
  readonly manifest: string;
  readonly mediaType: string | undefined;
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** Puts an image into the registry of another region, past the gateway: what is replicated is not replicated again (T3). */
export async function copyImage(world: World, region: string, image: PushedImage): Promise<void> {
  const ecr = new ECRClient({ ...world.moto.client(region), maxAttempts: 1 });
  await ensureRepository(ecr, image.repositoryName);
  try {
    await put(ecr, image, image.tag);
  } catch (error) {
    // moto says so both of an image and of an immutable tag that is taken.
    if (!isNamed(error, "ImageAlreadyExistsException")) {
      throw error;
    }
    if (!(await hasImage(ecr, image))) {
      // The tag stays with the image that has it; the new one arrives without a tag.
      await put(ecr, image, undefined);
    }
  }
}

async function hasImage(ecr: ECRClient, { repositoryName, digest }: PushedImage): Promise<boolean> {
  const imageIds = [{ imageDigest: digest }];
  const { images = [] } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
  return images.length > 0;
}

/** T3: a repository that replication creates has the default settings, and no policy. */
async function ensureRepository(ecr: ECRClient, repositoryName: string): Promise<void> {
  try {
    await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
  } catch (error) {
    if (!isNamed(error, "RepositoryNotFoundException")) {
      throw error;
    }
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  }
}

async function put(ecr: ECRClient, image: PushedImage, imageTag: string | undefined): Promise<void> {
  await ecr.send(
    new PutImageCommand({
      repositoryName: image.repositoryName,
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
      imageDigest: image.digest,
      imageTag,
    }),
  );
}
