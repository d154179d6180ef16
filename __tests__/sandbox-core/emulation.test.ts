import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { ListBackupVaultsCommand, BackupClient } from "@aws-sdk/client-backup";
import { HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it } from "vitest";
import type { Emulation, EmulationFactory, World } from "../../sandbox/gateway/emulation.ts";
import { PerRegion } from "../../sandbox/gateway/emulation.ts";
import { AwsError, jsonReply } from "../../sandbox/gateway/reply.ts";
import { silent, startGateway, type TestGateway, type Upstream } from "./gateway.ts";

let sandbox: TestGateway | undefined;
afterEach(() => sandbox?.close());

async function gatewayWith(factory: EmulationFactory, upstream: Upstream = silent): Promise<TestGateway> {
  sandbox = await startGateway(upstream, [factory]);
  return sandbox;
}

const fails = (service: string, thrown: Error): Emulation => ({
  service,
  handles: () => true,
  handle: () => Promise.reject(thrown),
});

const counting = (): Emulation[] => {
  const counts = new PerRegion(() => ({ calls: 0 }));
  return [
    {
      service: "backup",
      handles: () => true,
      handle({ region }) {
        const count = counts.in(region);
        count.calls += 1;
        return Promise.resolve(jsonReply({ NextToken: String(count.calls) }));
      },
    },
  ];
};

describe("an emulation", () => {
  it("answers for its service, and moto for the others", async () => {
    const { client, control } = await gatewayWith(() => [
      {
        service: "backup",
        handles: ({ action }) => action === "ListBackupVaults",
        handle: () =>
          Promise.resolve(
            jsonReply({ BackupVaultList: [{ BackupVaultName: "v", CreationDate: new Date(86_400_000) }] }),
          ),
      },
    ]);
    const vaults = await new BackupClient(client("eu-west-1")).send(new ListBackupVaultsCommand({}));
    expect(vaults.BackupVaultList).toEqual([{ BackupVaultName: "v", CreationDate: new Date("1970-01-02") }]);
    await new RDSClient(client("eu-west-1")).send(new DescribeDBInstancesCommand({})).catch(() => undefined);
    expect((await control.calls()).map(({ by }) => by)).toEqual(["emulation", "moto"]);
  });

  it("refuses with an error of AWS in the call's protocol", async () => {
    const { client } = await gatewayWith(() => [
      fails("rds", new AwsError("DBInstanceNotFound", "DBInstance shop not found.", 404)),
      fails("backup", new AwsError("ResourceNotFoundException", "no such vault")),
    ]);
    await expect(
      new RDSClient(client("eu-west-1")).send(new DescribeDBInstancesCommand({})),
    ).rejects.toMatchObject({ name: "DBInstanceNotFoundFault", message: "DBInstance shop not found." });
    await expect(
      new BackupClient(client("eu-west-1")).send(new ListBackupVaultsCommand({})),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException", message: "no such vault" });
  });

  it("that breaks is seen at once instead of being retried", async () => {
    const { client, control, notes } = await gatewayWith(() => [fails("backup", new TypeError("undefined"))]);
    const patient = new BackupClient({ ...client("eu-west-1"), maxAttempts: 10 });
    await expect(patient.send(new ListBackupVaultsCommand({}))).rejects.toMatchObject({
      name: "SandboxFailure",
    });
    expect(await control.calls()).toHaveLength(1);
    expect(notes).toEqual(["backup ListBackupVaults: undefined"]);
  });

  it("has scheduled what follows from a call when the client gets its answer", async () => {
    const replicated: string[] = [];
    const replication = (world: World): Emulation[] => [
      {
        service: "s3",
        observe({ action, parameters }, { status }) {
          if (action === "PutObject" && status === 200) {
            world.clock.after(900_000, "replicate", () => {
              replicated.push(parameters["key"] ?? "");
            });
          }
        },
      },
    ];
    const { client, control } = await gatewayWith(replication);
    await new S3Client(client("eu-west-1")).send(
      new PutObjectCommand({ Bucket: "b", Key: "state/prod", Body: "x" }),
    );
    await control.advance(899_000);
    expect(replicated).toEqual([]);
    await control.advance(2000);
    expect(replicated).toEqual(["state/prod"]);
  });

  it("can add to moto's answer", async () => {
    const { client } = await gatewayWith(() => [
      {
        service: "s3",
        handles: ({ action }) => action === "HeadObject",
        async handle(_call, forward) {
          const reply = await forward();
          return { ...reply, headers: { ...reply.headers, "x-amz-replication-status": "COMPLETED" } };
        },
      },
    ]);
    const head = await new S3Client(client("eu-west-1")).send(
      new HeadObjectCommand({ Bucket: "b", Key: "k" }),
    );
    expect(head.ReplicationStatus).toBe("COMPLETED");
  });

  it("starts anew, for every region, after a reset", async () => {
    const { client, control } = await gatewayWith(counting);
    const countIn = async (region: string) =>
      (await new BackupClient(client(region)).send(new ListBackupVaultsCommand({}))).NextToken;
    expect([await countIn("eu-west-1"), await countIn("eu-west-1"), await countIn("eu-north-1")]).toEqual([
      "1",
      "2",
      "1",
    ]);
    await control.reset();
    expect(await countIn("eu-west-1")).toBe("1");
  });
});
