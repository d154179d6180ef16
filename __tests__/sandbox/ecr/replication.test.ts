import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImageReplicationStatusCommand,
  DescribeImagesCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetRepositoryPolicyCommand,
  PutImageCommand,
  PutReplicationConfigurationCommand,
  type ReplicationRule,
} from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS, PRIMARY, STANDBY, Storage, isReady } from "../support/storage.ts";

const THIRD = "us-west-2";
const REPOSITORY = "shop-prod";

let storage: Storage;
beforeAll(async () => {
  storage = await Storage.start();
});
afterAll(() => storage.sandbox.stop());
beforeEach(async () => {
  await storage.sandbox.client.reset();
  await createRepository(PRIMARY);
});

const ecr = (region: string) => new ECRClient(storage.settings(region));

const createRepository = (region: string, imageTagMutability: "IMMUTABLE" | "MUTABLE" = "IMMUTABLE") =>
  ecr(region).send(new CreateRepositoryCommand({ repositoryName: REPOSITORY, imageTagMutability }));

const manifest = (layer: string): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: { mediaType: "application/json", size: 1, digest: `sha256:${"0".repeat(64)}` },
    layers: [{ mediaType: "application/gzip", size: 1, digest: `sha256:${layer.repeat(64)}` }],
  });

async function push(region: string, imageTag: string, layer = "a"): Promise<string> {
  const { image } = await ecr(region).send(
    new PutImageCommand({ repositoryName: REPOSITORY, imageManifest: manifest(layer), imageTag }),
  );
  return image?.imageId?.imageDigest ?? "";
}

const configure = (from: string, rules: ReplicationRule[]) =>
  ecr(from).send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));

const to = (...regions: string[]): ReplicationRule => ({
  destinations: regions.map((region) => ({ region, registryId: storage.sandbox.account })),
  repositoryFilters: [{ filter: "shop-", filterType: "PREFIX_MATCH" }],
});

const images = async (region: string): Promise<Record<string, string[]>> => {
  const { imageDetails = [] } = await ecr(region)
    .send(new DescribeImagesCommand({ repositoryName: REPOSITORY }))
    .catch(() => ({ imageDetails: [] }));
  return Object.fromEntries(
    imageDetails.map(({ imageDigest = "", imageTags = [] }) => [imageDigest, imageTags]),
  );
};

const elapse = () => storage.sandbox.client.advance(MINUTE_MS);

const statusOf = async (imageDigest: string): Promise<Record<string, string | undefined>> => {
  const { replicationStatuses = [] } = await ecr(PRIMARY).send(
    new DescribeImageReplicationStatusCommand({ repositoryName: REPOSITORY, imageId: { imageDigest } }),
  );
  return Object.fromEntries(replicationStatuses.map(({ region = "", status }) => [region, status]));
};

describe.skipIf(!isReady)("replication of a registry", () => {
  it("carries what is pushed after it was configured, with its digest and tag (T3)", async () => {
    await push(PRIMARY, "old", "a");
    await configure(PRIMARY, [to(STANDBY)]);
    const digest = await push(PRIMARY, "v1", "b");
    expect(await statusOf(digest)).toEqual({ [STANDBY]: "IN_PROGRESS" });
    expect(await images(STANDBY)).toEqual({});
    await elapse();
    expect(await images(STANDBY)).toEqual({ [digest]: ["v1"] });
    expect(await statusOf(digest)).toEqual({ [STANDBY]: "COMPLETE" });
    const { images: [copy] = [] } = await ecr(STANDBY).send(
      new BatchGetImageCommand({ repositoryName: REPOSITORY, imageIds: [{ imageDigest: digest }] }),
    );
    expect(copy?.imageManifest).toBe(manifest("b"));
  });

  it("creates a missing repository mutable and without a policy, and uses one that is there", async () => {
    await createRepository(THIRD);
    await configure(PRIMARY, [to(STANDBY, THIRD)]);
    await push(PRIMARY, "v1");
    await elapse();
    const mutability = async (region: string) => {
      const { repositories = [] } = await ecr(region).send(new DescribeRepositoriesCommand({}));
      return repositories.map(({ imageTagMutability }) => imageTagMutability);
    };
    expect(await mutability(STANDBY)).toEqual(["MUTABLE"]);
    expect(await mutability(THIRD)).toEqual(["IMMUTABLE"]);
    const policy = ecr(STANDBY).send(new GetRepositoryPolicyCommand({ repositoryName: REPOSITORY }));
    await expect(policy).rejects.toMatchObject({ name: "RepositoryPolicyNotFoundException" });
  });

  it("goes one hop, and only for repositories that a filter names", async () => {
    await configure(PRIMARY, [to(STANDBY)]);
    await configure(STANDBY, [to(THIRD)]);
    await ecr(PRIMARY).send(new CreateRepositoryCommand({ repositoryName: "other" }));
    await ecr(PRIMARY).send(
      new PutImageCommand({ repositoryName: "other", imageManifest: manifest("c"), imageTag: "v1" }),
    );
    const digest = await push(PRIMARY, "v1");
    await elapse();
    await elapse();
    expect(Object.keys(await images(STANDBY))).toEqual([digest]);
    for (const [region, expected] of [
      [STANDBY, [REPOSITORY]],
      [THIRD, []],
    ] as const) {
      const { repositories = [] } = await ecr(region).send(new DescribeRepositoriesCommand({}));
      expect(repositories.map(({ repositoryName }) => repositoryName)).toEqual(expected);
    }
  });

  it("leaves an immutable tag with the image that has it", async () => {
    await createRepository(STANDBY);
    const first = await push(STANDBY, "v1", "d");
    await configure(PRIMARY, [to(STANDBY)]);
    const second = await push(PRIMARY, "v1", "e");
    await elapse();
    expect(await images(STANDBY)).toEqual({ [first]: ["v1"], [second]: [] });
  });

  it("waits for a region that is switched off", async () => {
    await configure(PRIMARY, [to(STANDBY)]);
    await storage.sandbox.client.setFaults({ regionsDown: [STANDBY] });
    const digest = await push(PRIMARY, "v1");
    await elapse();
    expect(await statusOf(digest)).toEqual({ [STANDBY]: "IN_PROGRESS" });
    await storage.sandbox.client.clearFaults();
    await elapse();
    expect(await statusOf(digest)).toEqual({ [STANDBY]: "COMPLETE" });
    expect(await images(STANDBY)).toEqual({ [digest]: ["v1"] });
  });

  it("keeps several rules, and refuses an eleventh and its own region (T4)", async () => {
    const rules = [to(STANDBY), { ...to(THIRD), repositoryFilters: undefined }];
    await configure(PRIMARY, rules);
    const { replicationConfiguration } = await ecr(PRIMARY).send(new DescribeRegistryCommand({}));
    expect(replicationConfiguration).toEqual({
      rules: [to(STANDBY), { destinations: to(THIRD).destinations }],
    });
    await expect(
      configure(
        PRIMARY,
        Array.from({ length: 11 }, () => to(STANDBY)),
      ),
    ).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(configure(PRIMARY, [to(PRIMARY)])).rejects.toThrow(/cannot be the same as the source/);
  });

  it("knows no status of an image that is not there", async () => {
    await expect(statusOf(`sha256:${"f".repeat(64)}`)).rejects.toMatchObject({
      name: "ImageNotFoundException",
    });
  });
});
