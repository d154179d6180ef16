import type { EmulationFactory } from "../gateway/emulation.ts";
import { backup } from "./backup/backup.ts";
import { EventBus } from "./events/event-bus.ts";
import { rds } from "./rds/rds.ts";

/** AWS Backup, the databases whose snapshots it keeps, and the bus on which it tells of its jobs. */
export const dataProtection: EmulationFactory = (world) => {
  const events = new EventBus(world);
  const databases = rds(world);
  return [...backup(world, databases, events), ...databases.emulations, events.emulation()];
};
