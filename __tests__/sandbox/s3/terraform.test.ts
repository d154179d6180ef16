import { DescribeRepositoriesCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulations } from "../../../sandbox/emulations/all.ts";
import { Applied } from "../support/applied.ts";
import { isReady, MINUTE_MS, PRIMARY, STANDBY, Storage } from "../support/storage.ts";

describe.skipIf(!isReady)("replication with real Terraform", () => {
  let storage: Storage;
  let applied: Applied;
  beforeAll(async () => {
    storage = await Storage.start(emulations);
    applied = await Applied.create(storage.sandbox, "replication.tf");
  });
  afterAll(async () => {
    await storage.sandbox.stop();
    await applied.remove();
  });

  it("finds nothing to do after an apply", async () => {
    expect(await applied.plan()).toBe("nothing");
  });

  it("replicates what was applied, with the replica's key", async () => {
    await storage.sandbox.client.advance(MINUTE_MS);
    const key = await applied.output("replica_key");
    expect(await storage.head(PRIMARY, "shop-state", "shop/terraform.tfstate")).toMatchObject({
      ReplicationStatus: "COMPLETED",
      ServerSideEncryption: "aws:kms",
    });
    expect(await storage.head(STANDBY, "shop-state-replica", "shop/terraform.tfstate")).toMatchObject({
      ReplicationStatus: "REPLICA",
      SSEKMSKeyId: key,
    });
  });

  it("replicates a pushed image into the region that its rule names", async () => {
    const ecr = (region: string) => new ECRClient(storage.settings(region));
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      layers: [{ digest: `sha256:${"1".repeat(64)}`, size: 1 }],
    });
    await ecr(PRIMARY).send(
      new PutImageCommand({ repositoryName: "shop-prod", imageManifest, imageTag: "v1" }),
    );
    await storage.sandbox.client.advance(MINUTE_MS);
    const names = async (region: string) => {
      const { repositories = [] } = await ecr(region).send(new DescribeRepositoriesCommand({}));
      return repositories.map(({ repositoryName }) => repositoryName);
    };
    expect(await names(STANDBY)).toEqual(["shop-prod"]);
    expect(await names("us-west-2")).toEqual([]);
    expect(await applied.plan()).toBe("nothing");
  });
});
