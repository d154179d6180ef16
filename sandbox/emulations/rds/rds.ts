import type { Call } from "../../gateway/call.ts";
import type { Emulation, World } from "../../gateway/emulation.ts";
import { readForm } from "../../gateway/input.ts";
import { queryReply, type Reply } from "../../gateway/reply.ts";
import { keyState } from "../key-state.ts";
import { AutomatedBackups } from "./automated-backups.ts";
import { Instances } from "./instances.ts";
import { LengthyChanges } from "./lengthy-changes.ts";
import { ManagedPassword } from "./managed-password.ts";
import { MotoRds } from "./moto-rds.ts";
import { RdsActions } from "./actions.ts";
import { PointInTimeRestore } from "./restore-point-in-time.ts";
import { SnapshotRestore } from "./restore-snapshot.ts";
import { Snapshots } from "./snapshots.ts";

const NAMESPACE = "http://rds.amazonaws.com/doc/2014-10-31/";

/** RDS, as AWS Backup and the gateway see it. */
export interface Rds {
  readonly snapshots: Snapshots;
  readonly actions: RdsActions;
  readonly emulations: readonly Emulation[];
}

export function rds(world: World): Rds {
  const moto = new MotoRds(world);
  const instances = new Instances(world);
  const lengthy = new LengthyChanges(world);
  const snapshots = new Snapshots(world, moto, instances);
  const backups = new AutomatedBackups(world, instances, snapshots);
  const actions = new RdsActions({
    world,
    moto,
    instances,
    lengthy,
    snapshots,
    backups,
    password: new ManagedPassword(world, moto),
    snapshotRestore: new SnapshotRestore(world, moto, snapshots),
    pointInTimeRestore: new PointInTimeRestore(world, { moto, instances, snapshots, backups }),
  });
  const database: Emulation = {
    service: "rds",
    control: lengthy.control,
    handles: ({ action }) => actions.knows(action),
    async handle(call: Call): Promise<Reply> {
      const result = await actions.perform(call.region, call.action, await readForm(call));
      return queryReply(call.action, NAMESPACE, result);
    },
  };
  return { snapshots, actions, emulations: [database, keyState(world, (keyArn) => backups.keyLost(keyArn))] };
}
