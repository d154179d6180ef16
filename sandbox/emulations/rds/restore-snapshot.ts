import { EC2Client, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import type { World } from "../../gateway/emulation.ts";
import { AwsError } from "../../gateway/reply.ts";
import { resultOf, type MotoRds } from "./moto-rds.ts";
import { nameOf, type Snapshots } from "./snapshots.ts";
import { toMotoName } from "./snapshot-names.ts";
import { inner } from "./xml.ts";

/**
 * What a restored instance is unless the restore says otherwise (RestoreDBInstanceFromDBSnapshot). moto takes all of it
 * from the source instead, and ignores a `false` in the request.
 */
const NOT_INHERITED: Readonly<Record<string, string>> = {
  MultiAZ: "false",
  PubliclyAccessible: "false",
  AutoMinorVersionUpgrade: "true",
  CopyTagsToSnapshot: "false",
  DeletionProtection: "false",
  EnableIAMDatabaseAuthentication: "false",
};

/** Restores an instance from a snapshot of the same region; resolves with moto's description of it. */
export class SnapshotRestore {
  private readonly world: World;
  private readonly moto: MotoRds;
  private readonly snapshots: Snapshots;

  constructor(world: World, moto: MotoRds, snapshots: Snapshots) {
    this.world = world;
    this.moto = moto;
    this.snapshots = snapshots;
  }

  async restore(region: string, given: URLSearchParams): Promise<string> {
    const snapshot = await this.find(region, given.get("DBSnapshotIdentifier") ?? "");
    await this.snapshots.requireUsableKey(region, inner(snapshot, "KmsKeyId"));
    const form = new URLSearchParams(given);
    form.set("DBSnapshotIdentifier", toMotoName(nameOf(given.get("DBSnapshotIdentifier") ?? "")));
    form.set("AvailabilityZone", given.get("AvailabilityZone") ?? `${region}a`);
    if (!form.has("DBSubnetGroupName")) {
      form.set("DBSubnetGroupName", await defaultSubnetGroup(this.world, this.moto, region));
    }
    const restored = resultOf(await this.moto.post(region, form), "RestoreDBInstanceFromDBSnapshot");
    if (![...form.keys()].some((name) => name.startsWith("Tags."))) {
      await this.removeTags(region, restored);
    }
    return this.setWhatIsNotInherited(region, form, restored);
  }

  private async find(region: string, identifier: string): Promise<string> {
    const [, , , snapshotRegion = region] = identifier.split(":");
    if (identifier.startsWith("arn:") && snapshotRegion !== region) {
      throw new AwsError("DBSnapshotNotFound", `DBSnapshot ${identifier} not found.`, 404);
    }
    const result = await this.moto.call(region, "DescribeDBSnapshots", {
      DBSnapshotIdentifier: toMotoName(nameOf(identifier)),
    });
    return inner(result, "DBSnapshot") ?? "";
  }

  private async removeTags(region: string, restored: string): Promise<void> {
    const keys = [...(inner(restored, "TagList") ?? "").matchAll(/<Key>(.*?)<\/Key>/g)].map(
      ([, key]) => key ?? "",
    );
    if (keys.length > 0) {
      await this.moto.call(region, "RemoveTagsFromResource", {
        ResourceName: inner(restored, "DBInstanceArn"),
        ...Object.fromEntries(keys.map((key, index) => [`TagKeys.member.${index + 1}`, key])),
      });
    }
  }

  private async setWhatIsNotInherited(
    region: string,
    form: URLSearchParams,
    restored: string,
  ): Promise<string> {
    const settings = Object.entries(NOT_INHERITED).map(([name, standard]): [string, string] => [
      name,
      form.get(name) ?? standard,
    ]);
    // A password that RDS managed for the source is not managed for the copy.
    const manages = form.get("ManageMasterUserPassword") === "true";
    const result = await this.moto.call(region, "ModifyDBInstance", {
      DBInstanceIdentifier: inner(restored, "DBInstanceIdentifier"),
      ApplyImmediately: true,
      ...Object.fromEntries(settings),
      ...(manages || inner(restored, "MasterUserSecret") === undefined
        ? {}
        : { ManageMasterUserPassword: false }),
    });
    return inner(result, "DBInstance") ?? "";
  }
}

/** T21: an instance for which nothing else is asked lands in the default VPC. RDS makes this group when it is first needed. */
export async function defaultSubnetGroup(world: World, moto: MotoRds, region: string): Promise<string> {
  const groups = await moto.call(region, "DescribeDBSubnetGroups", {});
  if (groups.includes("<DBSubnetGroupName>default</DBSubnetGroupName>")) {
    return "default";
  }
  const ec2 = new EC2Client(world.moto.client(region));
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "default-for-az", Values: ["true"] }] }),
  );
  if (Subnets.length === 0) {
    throw new AwsError(
      "InvalidVPCNetworkStateFault",
      "No default VPC for this region; specify a DB subnet group",
    );
  }
  await moto.call(region, "CreateDBSubnetGroup", {
    DBSubnetGroupName: "default",
    DBSubnetGroupDescription: "default",
    ...Object.fromEntries(
      Subnets.map(({ SubnetId }, index) => [`SubnetIds.SubnetIdentifier.${index + 1}`, SubnetId]),
    ),
  });
  return "default";
}
