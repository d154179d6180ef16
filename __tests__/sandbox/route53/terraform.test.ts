import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulations } from "../../../sandbox/emulations/all.ts";
import { Applied } from "../support/applied.ts";
import { isReady, MINUTE_MS, PRIMARY, SECOND_MS, STANDBY, Storage } from "../support/storage.ts";

const NAME = "shop.example.com";
const SWITCH = { Bucket: "shop-switch", Key: "on" };

describe.skipIf(!isReady)("a switch of traffic with real Terraform", () => {
  let storage: Storage;
  let applied: Applied;
  beforeAll(async () => {
    storage = await Storage.start(emulations);
    applied = await Applied.create(storage.sandbox, "traffic.tf");
  });
  afterAll(async () => {
    await storage.sandbox.stop();
    await applied.remove();
  });

  const elapse = (ms: number) => storage.sandbox.client.advance(ms);
  const answer = async () => (await storage.sandbox.client.resolve(NAME)).answer?.setIdentifier;

  it("finds nothing to do after an apply, with address ranges that are served offline", async () => {
    expect(await applied.plan()).toBe("nothing");
    const ranges = await applied.output("checker_ranges");
    expect(ranges).toContain("15.177.0.0/18");
    expect(ranges).not.toContain("205.251.192.0/21");
  });

  it("answers the primary in peace, and the standby after three checks of the switch, whatever else is down", async () => {
    await elapse(2 * MINUTE_MS);
    expect(await answer()).toBe("primary");
    await storage.sandbox.client.setFaults({
      regionsDown: [PRIMARY, "us-east-1"],
      globalControlPlanesDown: true,
    });
    await storage.s3(STANDBY).send(new PutObjectCommand({ ...SWITCH, Body: "" }));
    await elapse(3 * 30 * SECOND_MS);
    expect(await answer()).toBe("standby");
    const { since, cached } = await storage.sandbox.client.resolve(NAME);
    expect((cached?.until.getTime() ?? 0) - since.getTime()).toBe(60 * SECOND_MS);
  });

  it("stays there when the primary comes back, until the switch is released (T42)", async () => {
    await storage.sandbox.client.clearFaults();
    await elapse(60 * MINUTE_MS);
    expect(await answer()).toBe("standby");
    await storage.s3(STANDBY).send(new DeleteObjectCommand(SWITCH));
    await elapse(3 * 30 * SECOND_MS);
    expect(await answer()).toBe("primary");
  });
});
