import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { z } from "zod";
import type { Call } from "../../gateway/call.ts";
import { PerRegion, type Emulation, type World } from "../../gateway/emulation.ts";
import { readJson } from "../../gateway/input.ts";
import { AwsError, jsonReply, readReply, type Reply } from "../../gateway/reply.ts";
import type { ReplicationDelays } from "../replication/delays.ts";
import { DeliveryQueues } from "../replication/delivery-queue.ts";
import { copyImage, type PushedImage } from "./image-copy.ts";
import {
  destinationsOf,
  refuseInvalid,
  replicationSchema,
  type Destination,
  type RegistryReplication,
} from "./replication-rules.ts";

interface Status extends Destination {
  readonly status: "IN_PROGRESS" | "COMPLETE" | "FAILED";
  readonly failureCode?: string;
}

class Registry {
  replication: RegistryReplication = { rules: [] };
  /** By image, then by destination. */
  readonly statuses = new Map<string, Map<string, Status>>();
}

const putSchema = z.object({ replicationConfiguration: replicationSchema });
const pushedSchema = z.object({
  image: z.object({
    repositoryName: z.string(),
    imageId: z.object({ imageDigest: z.string(), imageTag: z.string().nullish() }),
    imageManifest: z.string(),
    imageManifestMediaType: z.string().nullish(),
  }),
});
const imageSchema = z.object({
  repositoryName: z.string(),
  imageId: z.object({ imageDigest: z.string().optional(), imageTag: z.string().optional() }),
});

type Handler = (call: Call, forward: () => Promise<Reply>) => Promise<Reply>;

/** ECR replication: moto keeps one rule of a registry at most, and carries out none. */
export function ecrReplication(world: World, delays: ReplicationDelays): Emulation[] {
  const registries = new PerRegion(() => new Registry());
  const queues = new DeliveryQueues(world);
  const handlers: Readonly<Record<string, Handler>> = {
    async PutReplicationConfiguration(call) {
      const { replicationConfiguration } = await readJson(call, putSchema);
      refuseInvalid(replicationConfiguration, { region: call.region, registryId: world.account });
      registries.in(call.region).replication = replicationConfiguration;
      return jsonReply({ replicationConfiguration });
    },
    DescribeRegistry({ region }) {
      const replicationConfiguration = registries.in(region).replication;
      return Promise.resolve(jsonReply({ registryId: world.account, replicationConfiguration }));
    },
    async PutImage(call, forward) {
      const { reply, text } = await readReply(await forward());
      if (reply.status === 200) {
        replicate(call.region, readPushed(text));
      }
      return reply;
    },
    async DescribeImageReplicationStatus(call) {
      const { repositoryName, imageId } = await readJson(call, imageSchema);
      const imageDigest = await digestOf(world, call.region, repositoryName, imageId);
      const statuses = registries.in(call.region).statuses.get(`${repositoryName}@${imageDigest}`);
      return jsonReply({
        repositoryName,
        imageId: { ...imageId, imageDigest },
        replicationStatuses: [...(statuses?.values() ?? [])],
      });
    },
  };

  function replicate(from: string, image: PushedImage): void {
    const registry = registries.in(from);
    const key = `${image.repositoryName}@${image.digest}`;
    for (const destination of destinationsOf(registry.replication, image.repositoryName)) {
      const { region, registryId } = destination;
      const statuses = registry.statuses.get(key) ?? new Map<string, Status>();
      const set = (status: Omit<Status, "region" | "registryId">) =>
        registry.statuses.set(
          key,
          statuses.set(`${registryId} ${region}`, { region, registryId, ...status }),
        );
      set({ status: "IN_PROGRESS" });
      const name = `replication of ${image.repositoryName} from ${from} to ${region}`;
      queues.between(name, [from, region]).add(delays.ecrMs, async () => {
        const problem = await carryOut(destination, image);
        set(
          problem === undefined
            ? { status: "COMPLETE" }
            : { status: "FAILED", failureCode: "ReplicationFailed" },
        );
        world.note(
          `${image.repositoryName}@${image.digest} ${problem === undefined ? "replicated" : "not replicated"} to ${region}${problem === undefined ? "" : `: ${problem}`}`,
        );
      });
    }
  }

  async function carryOut(
    { region, registryId }: Destination,
    image: PushedImage,
  ): Promise<string | undefined> {
    if (registryId !== world.account) {
      return `the sandbox has no account but ${world.account}`;
    }
    try {
      await copyImage(world, region, image);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  return [
    {
      service: "ecr",
      handles: ({ action }) => Object.hasOwn(handlers, action),
      handle: (call, forward) => handlers[call.action]?.(call, forward) ?? Promise.resolve("pass"),
    },
  ];
}

function readPushed(text: string): PushedImage {
  const { image } = pushedSchema.parse(JSON.parse(text));
  return {
    repositoryName: image.repositoryName,
    digest: image.imageId.imageDigest,
    tag: image.imageId.imageTag ?? undefined,
    manifest: image.imageManifest,
    mediaType: image.imageManifestMediaType ?? undefined,
  };
}

/** Refuses, as AWS does, an image or a repository that is not there. */
async function digestOf(
  world: World,
  region: string,
  repositoryName: string,
  imageId: z.output<typeof imageSchema>["imageId"],
): Promise<string> {
  const ecr = new ECRClient({ ...world.moto.client(region), maxAttempts: 1 });
  try {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [imageId] }),
    );
    return imageDetails[0]?.imageDigest ?? "";
  } catch (error) {
    throw error instanceof Error ? new AwsError(error.name, error.message) : error;
  }
}
